"""``/coverage`` over HTTP: the newest finished result, its files for download, and what is said when there is none."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service import plans
from service.app import create_app
from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.made import Client, frame_of, random_rows

REPORT = (
    '<!DOCTYPE html><title>{title}</title><p>{title} <a href="figures.xlsx">x</a> '
    '&lt;a href=&quot;gaps.gpkg&quot;&gt; <a href="gaps.gpkg">y</a> <a href="report.html">z</a>' + "." * 2000
)
NEVER_FRAMED = "frame-ancestors 'none'"


def make(folder: Path, title: str, made_at: str, **wrong: Any) -> Path:
    """A result as ``yizhan plan`` leaves it; ``wrong`` overrides keys of its mark."""
    folder.mkdir(parents=True, exist_ok=True)
    bodies = {
        "report.html": REPORT.format(title=title).encode(),
        "figures.xlsx": b"PK" + title.encode(),
        "gaps.gpkg": b"SQLite format 3\0" + title.encode(),
    }
    for name, body in bodies.items():
        (folder / name).write_bytes(body)
    mark = {"made_at": made_at, "title": title, "files": {name: len(b) for name, b in bodies.items()}} | wrong
    (folder / "plan.json").write_text(json.dumps(mark), "utf-8")
    return folder


@pytest.fixture
def planners() -> Iterator[Callable[..., Client]]:
    """A client of an application whose results lie in a folder."""
    clients: list[Client] = []

    def start(folder: Path, **settings: Any) -> Client:
        chosen = Settings(database_url=None, planner_pages=True, plans=str(folder), **settings)
        clients.append(Client(create_app(chosen, FrameKeeper(frame_of(random_rows(3))))))
        return clients[-1]

    yield start
    for client in clients:
        client.close()


def test_the_newest_finished_result_is_shown_never_framed_never_indexed(
    planners: Callable[..., Client], tmp_path: Path
) -> None:
    make(tmp_path / "b", "旧", "2026-11-20T10:00:00+08:00")
    make(tmp_path / "a", "新", "2026-11-22T02:00:00+00:00")
    make(tmp_path / "c", "中", "2026-11-22T09:30:00+08:00")
    client = planners(tmp_path)
    answer = client.get("/coverage")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == NEVER_FRAMED
    assert answer.headers["x-frame-options"] == "DENY"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"].startswith("private")
    assert "<title>新</title>" in answer.text
    for path in ("/coverage", "/coverage/figures.xlsx", "/coverage/none.txt", "/coverage?x=1"):
        for method in ("GET", "HEAD"):
            named = client.request(method, path, headers={"origin": "https://elsewhere.example"}).headers
            assert "access-control-allow-origin" not in named, (method, path)
            assert named["x-content-type-options"] == "nosniff"
    assert "/coverage" in client.get("/").text


def test_links_to_the_files_lead_to_downloads_and_texts_of_others_stay(
    planners: Callable[..., Client], tmp_path: Path
) -> None:
    make(tmp_path, "一", "2026-11-22T10:00:00+08:00")
    client = planners(tmp_path)
    page = client.get("/coverage").text
    assert page.count('href="coverage/figures.xlsx"') == page.count('href="coverage/gaps.gpkg"') == 1
    assert "&lt;a href=&quot;gaps.gpkg&quot;&gt;" in page
    for name, media_type in plans.DOWNLOADS.items():
        answer = client.get(f"/coverage/{name}")
        assert answer.content == (tmp_path / name).read_bytes()
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["content-security-policy"] == NEVER_FRAMED
        again = client.get(f"/coverage/{name}", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.request("HEAD", f"/coverage/{name}").headers["content-length"] == str(
            len(answer.content)
        )


def test_the_same_page_is_not_sent_twice_and_a_newer_one_is(
    planners: Callable[..., Client], tmp_path: Path
) -> None:
    make(tmp_path / "1", "一", "2026-11-21T10:00:00+08:00")
    client = planners(tmp_path)
    first = client.get("/coverage", headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    plain = client.get("/coverage", headers={"accept-encoding": "identity"})
    assert plain.text == first.text
    asked = {"if-none-match": first.headers["etag"]}
    assert (client.get("/coverage", headers=asked).status_code, plain.headers["etag"]) == (
        304,
        asked["if-none-match"],
    )
    make(tmp_path / "2", "二", "2026-11-22T10:00:00+08:00")
    newer = client.get("/coverage", headers=asked)
    assert (newer.status_code, "<title>二</title>" in newer.text) == (200, True)
    # Made again in the same folder, at the same length.
    make(tmp_path / "2", "三", "2026-11-22T11:00:00+08:00")
    assert "<title>三</title>" in client.get("/coverage").text


@pytest.mark.parametrize(
    "broken",
    ["no mark", "no report", "another size", "no json", "no date", "no zone", "a list"],
)
def test_half_a_result_does_not_count(planners: Callable[..., Client], tmp_path: Path, broken: str) -> None:
    make(tmp_path / "old", "旧", "2026-11-20T10:00:00+08:00")
    folder = make(tmp_path / "new", "新", "2026-11-22T10:00:00+08:00")
    mark = folder / "plan.json"
    if broken == "no mark":
        mark.unlink()
    elif broken == "no report":
        (folder / "report.html").unlink()
    elif broken == "another size":
        (folder / "gaps.gpkg").write_bytes(b"half")
    elif broken == "no json":
        mark.write_bytes(b"\xff{")
    elif broken == "a list":
        mark.write_text("[]")
    else:
        make(folder, "新", "yesterday" if broken == "no date" else "2026-11-22T10:00:00")
    assert "<title>旧</title>" in planners(tmp_path).get("/coverage").text


@pytest.mark.parametrize("where", ["absent", "empty", "a file"])
def test_no_result_is_said_clearly(planners: Callable[..., Client], tmp_path: Path, where: str) -> None:
    folder = tmp_path / "plans"
    if where == "empty":
        folder.mkdir()
    elif where == "a file":
        folder.write_text("x")
    client = planners(folder)
    answer = client.get("/coverage")
    assert answer.status_code == 200
    assert "还没有完成的规划结果" in answer.text
    assert "There is no finished result yet" in answer.text
    assert "yizhan plan" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert NEVER_FRAMED in answer.headers["content-security-policy"]
    for name in plans.DOWNLOADS:
        lost = client.get(f"/coverage/{name}")
        assert (lost.status_code, lost.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", ["plan.json", "other.txt", "..%2fplan.json", "%00", "report.html%20"])
def test_nothing_else_is_given_away(planners: Callable[..., Client], tmp_path: Path, name: str) -> None:
    (make(tmp_path, "一", "2026-11-22T10:00:00+08:00") / "other.txt").write_text("secret")
    assert planners(tmp_path).get(f"/coverage/{name}").status_code == 404


def test_the_page_is_read_strictly_and_written_by_nobody(
    planners: Callable[..., Client], tmp_path: Path
) -> None:
    before = {
        path: path.stat().st_mtime_ns for path in make(tmp_path, "一", "2026-11-22T10:00:00Z").iterdir()
    }
    client = planners(tmp_path)
    assert (
        client.get("/coverage?x=1").status_code == client.get("/coverage/report.html?x=1").status_code == 400
    )
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/coverage").status_code == 405
        assert client.request(method, "/coverage/report.html").status_code == 405
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_without_planner_pages_there_is_no_such_path(
    client_of: Callable[..., Client], town: Client, tmp_path: Path
) -> None:
    for client in (town, client_of(random_rows(2))):
        assert client.get("/coverage").status_code == client.get("/coverage/report.html").status_code == 404
        assert "/coverage" not in client.get("/").text


def test_results_lie_beside_the_embedded_registry_unless_said_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert plans.default_folder() == tmp_path / "yizhan" / "plans"
