"""What the documents tell a client to run, is run: every shell and Python block of them, against a real server."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.postgres import db
from service import texts
from service.errors import RULES
from service.keeper import DatabaseKeeper
from service.parameters import BATCH_PARAMETERS, NEAREST_PARAMETERS
from service.reader import Reader
from service.schemas import Hit
from service.settings import Settings
from tests.http.running import STATIONS, Running

pytestmark = pytest.mark.postgis

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLATFORM = (ROOT / "service" / "PLATFORM.md").read_text(encoding="utf-8")
WRITTEN = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CURL = 'curl() { command curl -sS --fail --max-time 20 "$@"; echo; }\n'
"""A failed request ends the block; answers stand in lines of their own."""


def blocks(language: str) -> list[str]:
    """The blocks that speak to a server, as written."""
    found = [
        text for document in (README, PLATFORM) for kind, text in BLOCK.findall(document) if kind == language
    ]
    return [text for text in found if WRITTEN in text]


@pytest.fixture(scope="module")
def served(standing_database_url: str) -> Iterator[Running]:
    with closing(db.connect(standing_database_url, role="writer")) as conn:
        for statement in (STATIONS, "UPDATE yizhan.station SET capacity = 5 WHERE station_id = 'S000100'"):
            with db.transaction(conn), conn.cursor() as cursor:
                cursor.execute(statement)
    keeper = DatabaseKeeper(standing_database_url)
    with Running(Settings(port=0), keeper, reader=Reader(standing_database_url)) as running:
        yield running


def made_to_run(block: str, served: Running) -> str:
    return block.replace(WRITTEN, served.url).replace("STATION_ID", "S000100")


def run(command: list[str], text: str) -> str:
    done = subprocess.run([*command, text], capture_output=True, text=True, timeout=60, cwd="/", check=False)
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_there_are_blocks_to_run() -> None:
    assert (len(blocks("sh")), len(blocks("python"))) >= (4, 2)


@pytest.mark.parametrize("block", blocks("sh"), ids=lambda block: block.split("\n")[0][:60])
def test_shell_blocks_run(served: Running, block: str) -> None:
    said = run(["bash", "-euo", "pipefail", "-c"], CURL + made_to_run(block, served))
    answers = [json.loads(line) for line in said.splitlines() if line]
    assert len(answers) == len(re.findall(r"^(?:  \| )?curl ", block, re.MULTILINE))
    for answer in answers:
        assert answer["data_version"] == 3
        # Also a filtered question finds something, or the example teaches nothing.
        assert answer.get("count", 1) > 0


@pytest.mark.parametrize("block", blocks("python"), ids=["readme", "batch", "feed"])
def test_python_blocks_run(served: Running, block: str) -> None:
    said = run([sys.executable, "-I", "-c"], made_to_run(block, served))
    assert "驿站" in said or "S0" in said


def test_the_first_client_has_ten_lines() -> None:
    lines = [line for line in blocks("python")[0].splitlines() if line.strip()]
    assert len(lines) <= 10


def test_the_page_knows_every_field_it_need_not_explain_twice() -> None:
    told = set(re.findall(r"`([a-z0-9_]+)`", PLATFORM))
    explained = {
        "station_id", "lon", "lat", "distance_m", "bearing_deg", "status", "open_state", "opens_at", "closes_at",
        "opening_hours", "hours_posted", "access_method", "access_24h", "is_24h", "door_24h", "unattended_24h",
        "goods_24h", "facilities", "street_facing", "street_facing_reason", "verified_at", "version", "data_version",
        "accuracy_m",
    }  # fmt: skip
    assert explained <= set(Hit.model_fields)
    assert explained <= told


def test_the_page_names_every_parameter_and_every_code() -> None:
    told = set(re.findall(r"`([a-z0-9_]+)`", PLATFORM))
    assert set(NEAREST_PARAMETERS) - {"location", "by", "adcode", "lon", "lat"} <= told
    assert {"points", "adcode"} <= told & {*BATCH_PARAMETERS, "points"} | {"adcode"} & told
    codes = {rule.code for rule in RULES.values()} - {"internal", "conflict"}
    assert codes | {"bad_http", "slow_head", "head_too_large"} <= told
    assert codes <= set(texts.TITLES)


def test_numbers_on_the_page_are_those_of_the_program() -> None:
    settings = Settings()
    assert f"up to {settings.batch_points:,} `points`" in PLATFORM
    assert f"{settings.batch_body_bytes // 2**20} MiB" in PLATFORM
    assert f"({settings.body_wait_s:g} s)" in PLATFORM


def test_the_page_is_served_and_linked(served: Running) -> None:
    import httpx

    page = httpx.get(f"{served.url}/docs/platform")
    assert (page.status_code, page.text) == (200, PLATFORM)
    assert page.headers["content-type"] == "text/markdown; charset=utf-8"
    assert 'href="/docs/platform"' in httpx.get(f"{served.url}/docs").text
    assert "(service/PLATFORM.md)" in README
