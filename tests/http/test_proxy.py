"""The proxy of ``deploy/nginx``: its file as it stands, with other ports and folders, in front of a real service."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import pytest

from service.keeper import FrameKeeper
from service.settings import Settings
from tests.http.made import frame_of, random_rows
from tests.http.running import Running
from tests.http.test_registry import soon

CONFIG = Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "yizhan.conf"
ASIDE = "/usr/local/lib/yizhan-tests/nginx/usr/sbin/nginx"
NEAREST = "/v1/stations/nearest?lon=116.4321&lat=39.9&coordsys=wgs84"
AROUND = """
daemon off;
pid {folder}/pid;
error_log {folder}/start.log notice;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/yizhan.conf;
}}
"""


@pytest.fixture(scope="module")
def nginx():
    found = shutil.which("nginx") or next((p for p in ("/usr/sbin/nginx", ASIDE) if Path(p).exists()), None)
    if found is None:
        pytest.skip("needs nginx (requirements/system.sh test)")
    return found


@pytest.fixture(scope="module")
def folder():
    """A place that the user nobody may write to."""
    with tempfile.TemporaryDirectory(prefix="yizhan-proxy-") as made:
        place = Path(made)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", place / "key.pem", "-out", place / "cert.pem"],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        if os.geteuid() == 0:
            for path in (place, *place.iterdir()):
                shutil.chown(path, "nobody")
        yield place


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return listening.getsockname()[1]


def adapted(folder, plain, tls, upstream):
    """The file as it is delivered, but for where it listens, writes and asks; each change must find its place."""
    text = CONFIG.read_text(encoding="utf-8")
    for pattern, put, times in (
        (r"listen 80;", f"listen 127.0.0.1:{plain};", 1),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;", 1),
        (r" +listen \[::\]:[^;]*;\n", "", 2),
        (r"127\.0\.0\.1:8000 ", f"127.0.0.1:{upstream} ", 1),
        (r"/var/cache/nginx/yizhan", f"{folder}/cache", 1),
        (r"/var/log/nginx/", f"{folder}/", 4),
        (r"/etc/letsencrypt/live/stations\.example\.cn/fullchain\.pem", f"{folder}/cert.pem", 1),
        (r"/etc/letsencrypt/live/stations\.example\.cn/privkey\.pem", f"{folder}/key.pem", 1),
    ):
        text, found = re.subn(pattern, put, text)
        assert found == times, pattern
    (folder / "yizhan.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")


class Proxy:
    """A running proxy, asked as a browser asks it."""

    def __init__(self, folder, plain, tls):
        self.folder, self.plain, self.tls = folder, plain, tls
        trusted = ssl.create_default_context(cafile=str(folder / "cert.pem"))
        self._ask = build_opener(HTTPSHandler(context=trusted), Stay())

    def get(self, path, *, address=None, **headers):
        """Status, headers, body."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request((address or f"https://127.0.0.1:{self.tls}") + path, headers=names)
        try:
            with self._ask.open(request, timeout=20) as reply:
                return reply.status, reply.headers, reply.read()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()


class Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@pytest.fixture(scope="module")
def upstream():
    return free_port()


@pytest.fixture(scope="module")
def proxy(nginx, folder, upstream):
    plain, tls = free_port(), free_port()
    adapted(folder, plain, tls, upstream)
    command = [nginx, "-c", folder / "nginx.conf", "-e", folder / "start.log"]
    unprivileged = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    tested = subprocess.run(
        [*command, "-t"], capture_output=True, text=True, timeout=20, check=False, **unprivileged
    )
    assert tested.returncode == 0, tested.stderr
    with subprocess.Popen(command, **unprivileged) as process:
        try:
            soon(lambda: answers(tls))
            yield Proxy(folder, plain, tls)
        finally:
            process.terminate()


def answers(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture(scope="module")
def stations():
    return frame_of(random_rows(300))


def serving(stations, upstream, **options):
    return Running(
        Settings(port=upstream, trusted_proxies="127.0.0.1", **options),
        FrameKeeper(stations),
        map_page=lambda *_: "<!doctype html>页",
    )


def test_it_answers_over_tls_and_sends_plain_requests_there(proxy, stations, upstream):
    with serving(stations, upstream):
        status, headers, body = proxy.get(NEAREST)
        assert (status, b'"count":5' in body) == (200, True)
        assert headers["strict-transport-security"] == "max-age=31536000"
        status, headers, _ = proxy.get("/map?lang=en", address=f"http://127.0.0.1:{proxy.plain}")
    assert (status, headers["location"]) == (308, "https://127.0.0.1/map?lang=en")


def test_pages_overview_and_feed_stand_in_while_the_service_is_down_and_nothing_else_does(
    proxy, stations, upstream
):
    paths = ["/map", "/map/overview.json", "/v1/feed/stations.geojson"]
    with serving(stations, upstream):
        fresh = {path: proxy.get(path) for path in paths}
        packed = proxy.get("/map/overview.json", accept_encoding="gzip")
    assert [answer[0] for answer in fresh.values()] == [200] * 3
    # nginx counts whole seconds: what is good for one is good until the second after the next begins.
    time.sleep(2.1)
    for path in paths:
        status, headers, body = proxy.get(path)
        assert (status, headers["x-cache"]) == (200, "STALE"), path
        assert (body, headers["etag"]) == (fresh[path][2], fresh[path][1]["etag"])
    status, headers, body = proxy.get("/map/overview.json", accept_encoding="gzip")
    assert (status, headers["content-encoding"], body) == (200, "gzip", packed[2])
    status, headers, body = proxy.get(NEAREST)
    assert (status, headers["content-type"], headers["retry-after"]) == (503, "application/problem+json", "5")
    assert b'"code":"unavailable"' in body
    with serving(stations, upstream):
        assert proxy.get(NEAREST)[0] == 200
        assert proxy.get("/map")[1]["x-cache"] in ("REVALIDATED", "EXPIRED", "STALE")


def test_a_client_that_has_the_bytes_gets_304_and_a_key_gets_the_services_own_answer(
    proxy, stations, upstream
):
    with serving(stations, upstream):
        etag = proxy.get("/map/overview.json")[1]["etag"]
        assert proxy.get("/map/overview.json", if_none_match=etag)[0] == 304
        for shown in ({"x_api_key": "yz_bad"}, {"authorization": "Bearer yz_bad"}):
            status, headers, _ = proxy.get("/v1/feed/stations.geojson", **shown)
            assert (status, headers["x-cache"]) == (401, "BYPASS")
        assert proxy.get("/v1/feed/stations.geojson")[0] == 200


def test_metrics_are_hidden_and_internal_pages_are_for_the_own_network(proxy, stations, upstream):
    with serving(stations, upstream, metrics="open") as running:
        assert proxy.get("/metrics")[0] == 404
        assert proxy.get("/metrics", address=running.url)[0] == 200
    text = CONFIG.read_text(encoding="utf-8")
    inside = re.search(r"location ~ \^/\(review\|coverage\) \{(.*?)\}", text, re.S)[1]
    assert inside.index("allow 10.0.0.0/8;") < inside.index("deny all;")


def test_limits_see_the_address_of_the_client_and_not_what_it_claims(proxy, stations, upstream):
    few = {"address_requests_per_s": 0.001, "address_requests_burst": 3}
    with serving(stations, upstream, **few) as running:
        claimed = [proxy.get(NEAREST, x_forwarded_for=f"203.0.113.{n}")[0] for n in range(5)]
        # Past the proxy, from an address that is trusted to name the client: another client is another bucket.
        other = proxy.get(NEAREST, address=running.url, x_forwarded_for="203.0.113.9")[0]
        pages = [proxy.get("/map")[0] for _ in range(5)]
    assert claimed == [200, 200, 200, 429, 429]
    assert (other, pages) == (200, [200] * 5)


def test_no_log_holds_a_position(proxy, stations, upstream):
    with serving(stations, upstream):
        proxy.get(NEAREST)
    proxy.get(NEAREST)
    lines = (proxy.folder / "yizhan.log").read_text(encoding="utf-8")
    assert "/v1/stations/nearest" in lines
    every = "".join(path.read_text(encoding="utf-8") for path in proxy.folder.glob("*.log"))
    assert "116.4321" not in every


def test_the_container_files_name_what_is_there():
    root = CONFIG.parents[2]
    dockerfile = (root / "deploy" / "container" / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.M)
    assert copied
    for name in " ".join(copied).split():
        assert (root / name).exists(), name
    compose = (root / "deploy" / "container" / "compose.yaml").read_text(encoding="utf-8")
    # Rejected rows go beside the list; an import that cannot write them imports nothing.
    assert ":/lists:ro" not in compose
    for mounted in re.findall(r"- (\.\./?\S*?):/", compose):
        assert (root / "deploy" / "container" / mounted).exists(), mounted


def test_every_file_of_deploy_that_the_readme_names_is_there():
    root = CONFIG.parents[2]
    readme = (root / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"deploy/[\w./*-]*\w", readme))
    assert {"deploy/roles.sql", "deploy/postgres/pg_ident.conf", "deploy/systemd/yizhan.env"} <= named
    for name in named:
        assert list(root.glob(name)), name
