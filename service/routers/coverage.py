"""The newest coverage report over HTTP: an internal page, only where the operator turns it on; never framed."""

import asyncio
import hashlib
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from service import compression, html, internal, plans, reading, texts
from service.errors import NotFoundError
from service.kept import matches

router = APIRouter(include_in_schema=False)


class CoveragePages:
    """The newest finished result of a folder; its report is packed once and kept until another one is there.

    Parameters
    ----------
    folder
        As ``plans.newest`` takes it. It is only read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: plans.Report | None = None
        self._lock = asyncio.Lock()

    async def report(self) -> plans.Report | None:
        """Give the newest report; None when there is none. Requests meanwhile wait for the same one."""
        async with self._lock:
            found = await self.found()
            if found is None or self._made is None or self._made.found != found:
                self._made = await run_in_threadpool(plans.read, found) if found else None
            return self._made

    async def found(self) -> plans.Found | None:
        """Look for the newest finished result."""
        return await run_in_threadpool(plans.newest, self.folder)


@router.get("/coverage")
async def coverage_page(request: Request) -> Response:
    """Show the newest report, or say that there is none yet; 304 when the client has this very page."""
    internal.keep_to_own_site(request)
    reading.read_pairs(request.scope["query_string"], {})
    pages: CoveragePages = request.app.state.coverage_pages
    made = await pages.report()
    if made is None:
        return _none(request)
    is_packed = compression.wants_gzip(request.headers.get("accept-encoding", ""))
    # Weak: it names the page, whichever way it is packed.
    headers = internal.HEADERS | compression.VARY | {"etag": f"W/{made.etag}"}
    if matches(request.headers.get("if-none-match", ""), made.etag):
        return Response(status_code=304, headers=headers)
    body = made.packed if is_packed else await run_in_threadpool(made.plain)
    headers |= compression.PACKED if is_packed else {}
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/coverage/{name}")
async def coverage_file(request: Request) -> Response:
    """Give one file of the newest result for download; 304 when the client has this very file."""
    internal.keep_to_own_site(request)
    reading.read_pairs(request.scope["query_string"], {})
    pages: CoveragePages = request.app.state.coverage_pages
    name: str = request.path_params["name"]
    found = await pages.found() if name in plans.DOWNLOADS else None
    if found is None:
        raise NotFoundError(texts.NO_SUCH_PATH if name not in plans.DOWNLOADS else texts.COVERAGE_NONE)
    path = found.folder / name
    try:
        stat = await run_in_threadpool(path.stat)
    except OSError:
        raise NotFoundError(texts.COVERAGE_NONE) from None
    etag = plans.tag(hashlib.sha256(f"{path}\0{stat.st_mtime_ns}\0{stat.st_size}".encode()).digest())
    headers = internal.HEADERS | {"etag": etag}
    if matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return FileResponse(
        path, headers=headers, media_type=plans.DOWNLOADS[name], filename=name, stat_result=stat
    )


def _none(request: Request) -> Response:
    page = html.coverage_none(request.scope.get("root_path", ""))
    headers = internal.HEADERS | {"content-security-policy": html.policy()}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)
