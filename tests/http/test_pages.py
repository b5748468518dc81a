"""Pages for people, health, and what every answer carries."""

import re
from typing import Any

import pytest

from service import schemas
from service.app import create_app
from service.errors import RULES
from service.keeper import FrameKeeper
from service.parameters import NEAREST_PARAMETERS
from service.settings import SETTINGS, Settings, variable
from tests.http.made import Client, frame_of, random_rows

NEAREST = "/v1/stations/nearest?lon=116.4&lat=39.9&coordsys=wgs84"
PAGES = ["/", "/docs"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_anywhere(town: Client, path: str) -> None:
    answer = town.get(path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", answer.text) == []
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert '<html lang="zh-CN">' in answer.text


def test_documentation_lists_every_route_parameter_and_problem(town: Client) -> None:
    page = town.get("/docs").text
    document = town.get("/openapi.json").json()
    for path in document["paths"]:
        assert f"{path}</code>" in page
    for name in NEAREST_PARAMETERS:
        assert f"<code>{name}</code>" in page
    for rule in RULES.values():
        assert f'id="{rule.code}"' in page


def test_openapi_says_what_is_read(town: Client) -> None:
    document = town.get("/openapi.json").json()
    nearest = document["paths"]["/v1/stations/nearest"]
    assert [p["name"] for p in nearest["get"]["parameters"]] == list(NEAREST_PARAMETERS)
    assert [p["name"] for p in nearest["get"]["parameters"] if p["required"]] == ["coordsys"]
    body = nearest["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert list(body["properties"]) == list(NEAREST_PARAMETERS)
    assert body["additionalProperties"] is False
    assert (
        "NearestAnswer" in nearest["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    )
    assert "ProblemAnswer" in document["components"]["schemas"]


def test_documented_examples_are_answered(town: Client) -> None:
    examples = {name: p.example for name, p in NEAREST_PARAMETERS.items()}
    del examples["location"], examples["open_now"]
    assert town.post("/v1/stations/nearest", json=examples).status_code == 200
    del examples["lon"], examples["lat"]
    by_place = {**examples, "location": NEAREST_PARAMETERS["location"].example}
    assert town.post("/v1/stations/nearest", json=by_place).status_code == 200


def test_head_is_get_without_a_body(town: Client) -> None:
    for path in (NEAREST, "/v1/stations/S000001", "/readyz", "/", "/openapi.json", "/nope"):
        head, get = town.request("HEAD", path), town.get(path)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-type"] == get.headers["content-type"]


def test_any_origin_may_read_and_none_with_credentials(town: Client) -> None:
    for path in (NEAREST, "/nope", "/v1/stations/nearest"):
        answer = town.get(path, headers={"origin": "https://union.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
    preflight = town.request(
        "OPTIONS",
        "/v1/stations/nearest",
        headers={"origin": "https://union.example", "access-control-request-method": "POST"},
    )
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]


def test_each_answer_has_its_own_request_id(town: Client) -> None:
    ids = [town.get("/livez").headers["x-request-id"] for _ in range(5)]
    assert len(set(ids)) == 5


def test_answers_say_how_fresh_they_are(client_of: Any, settings: Settings) -> None:
    client = Client(create_app(settings, FrameKeeper(frame_of(random_rows(10), data_version=7))))
    answer = client.get(NEAREST)
    assert answer.headers["x-data-version"] == "7"
    assert answer.json()["data_version"] == 7
    assert 0 <= answer.json()["data_age_s"] < 60
    assert answer.headers["cache-control"] == "no-store"
    client.close()


def test_readyz_counts_what_is_served(client_of: Any) -> None:
    rows = [
        {"station_id": "a", "lon": 116.4, "lat": 39.9},
        {"station_id": "b"},
        {"station_id": "c", "audience": "staff"},
    ]
    told = client_of(rows).get("/readyz").json()
    schemas.ReadyAnswer.model_validate(told, strict=True)
    assert (told["ready"], told["source"], told["database"]) == (True, "file", "none")
    assert (told["stations"], told["located"]) == (2, 1)
    assert told["holidays_known_to"] >= 2026


def test_map_page_is_made_once_and_answered_304_when_known(client_of: Any) -> None:
    made = []

    def build(snapshot: Any, _: Any) -> str:
        made.append(snapshot.data_version)
        return "<!doctype html><title>驿站</title>"

    client = client_of(random_rows(5), map_page=build)
    first = client.get("/map")
    assert first.text == "<!doctype html><title>驿站</title>"
    etag = first.headers["etag"]
    assert re.fullmatch(r'"[\w-]{20}"', etag)
    for given in (etag, f'"other", W/{etag}', "*"):
        again = client.get("/map", headers={"if-none-match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get("/map", headers={"if-none-match": '"other"'}).status_code == 200
    assert made == [1]
    assert 'href="/map"' in client.get("/").text


def test_there_is_no_map_without_a_builder(town: Client) -> None:
    assert town.get("/map").status_code == 404
    assert 'href="/map"' not in town.get("/").text


def test_a_proxys_prefix_is_kept_in_links(settings: Settings) -> None:
    client = Client(create_app(settings, FrameKeeper(frame_of([]))), root_path="/yizhan")
    assert 'href="/yizhan/docs"' in client.get("/").text
    assert 'href="/yizhan/openapi.json"' in client.get("/docs").text
    client.close()


def test_every_setting_is_described_and_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(Settings.model_fields) == set(SETTINGS)
    for name, field in Settings.model_fields.items():
        assert field.description == str(SETTINGS[name])
    values = {"port": "9000", "host": "0.0.0.0", "database_url": "postgresql:///x", "access_log": "true"}
    for name, value in values.items():
        monkeypatch.setenv(variable(name), value)
    read = Settings()
    assert (read.port, read.host, read.database_url, read.access_log) == (
        9000,
        "0.0.0.0",
        "postgresql:///x",
        True,
    )
    monkeypatch.setenv("YIZHAN_PORT", "70000")
    with pytest.raises(ValueError, match=r"(?i)port"):
        Settings()
