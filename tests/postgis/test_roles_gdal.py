"""GDAL, and QGIS through it: the registry as a reader, the feed by its address, the export as a file."""

import json
import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from data.postgres import db, schema
from data.stations import exports
from service.keeper import DatabaseKeeper
from service.settings import Settings
from tests.conftest import execute
from tests.http.running import STATIONS, Running
from tests.postgis.test_roles import OWN, ROLES, psql

COUNT = "Feature Count: "


@pytest.fixture(autouse=True)
def gdal():
    if shutil.which("ogrinfo") is None:
        pytest.skip("needs gdal-bin (requirements/system.sh test)")


def ogrinfo(*arguments):
    command = ["ogrinfo", "-ro", "-so", *map(str, arguments)]
    # What a person has set for QGIS on this machine does not count here.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "GDAL", "PROJ"))}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def counted(said):
    return int(said.split(COUNT)[1].split()[0])


@pytest.fixture
def planner(cluster, database_url):
    """How a planner who is a member of yizhan_reader is told to connect."""
    server, owner = cluster.url_of("postgres"), cluster.status().owner
    assert psql(server, "-f", ROLES).returncode == 0
    execute(server, "CREATE ROLE yizhan_planner LOGIN IN ROLE yizhan_reader")
    schema.migrate(database_url)
    ident = Path(cluster.status().home) / "data" / "pg_ident.conf"
    before = ident.read_text()
    ident.write_text(before + "".join(f'yizhan "{who}" yizhan_planner\n' for who in {owner, "root"}))
    execute(server, "SELECT pg_reload_conf()")
    with closing(db.connect(database_url)) as conn:
        where = f"host={conn.info.host} port={conn.info.port} dbname={conn.info.dbname}"
    yield f"PG:{where} user=yizhan_planner schemas=yizhan"
    ident.write_text(before)
    execute(server, "SELECT pg_reload_conf()")
    for role in ("yizhan_planner", *reversed(OWN)):
        execute(database_url, f"DROP OWNED BY {role}")
        execute(server, f"DROP ROLE {role}")


def test_gdal_reads_the_registry_as_a_reader_and_cannot_write(planner, database_url):
    execute(database_url, STATIONS)
    said = ogrinfo(planner, "station")
    assert counted(said) == 400
    assert ("Geometry: Point" in said, "WGS 84" in said) == (True, True)
    written = subprocess.run(
        ["ogrinfo", planner, "-sql", "UPDATE yizhan.station SET name = 'x'"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "permission denied" in written.stdout + written.stderr
    keys = subprocess.run(
        ["ogrinfo", "-ro", planner, "-sql", "SELECT * FROM yizhan.access_key"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "permission denied" in keys.stdout + keys.stderr


def test_gdal_reads_the_feed_by_its_address_and_the_export(database_url, tmp_path):
    execute(database_url, STATIONS)
    execute(database_url, "UPDATE yizhan.station SET audience = 'staff' WHERE station_id = 'S000001'")
    keeper = DatabaseKeeper(database_url, poll_s=1)
    with Running(Settings(port=0), keeper) as running:
        assert keeper.wait(20)
        said = ogrinfo("-al", f"{running.url}/v1/feed/stations.geojson")
        out = tmp_path / "feed.geojson"
        source = f"{running.url}/v1/feed/stations.geojson"
        subprocess.run(["ogr2ogr", "-f", "GeoJSON", out, source], check=True, timeout=60)
    assert (counted(said), "Geometry: Point" in said) == (399, True)
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    first = next(f for f in features if f["properties"]["station_id"] == "S000002")
    assert first["geometry"]["coordinates"] == pytest.approx([116.208, 39.8], abs=1e-6)
    with closing(db.connect(database_url)) as conn:
        exports.export_file(conn, tmp_path / "stations.gpkg")
    assert counted(ogrinfo("-al", tmp_path / "stations.gpkg")) == 400
