"""The listing is the diagram: who may import whom, and no circles. Read from the source, nothing is run."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "geo": set(),
    "data": {"geo"},
    "maps": {"geo"},
    "service": {"geo", "data", "maps"},
}
"""The wings, and which other wings each may import."""


def modules(root: Path) -> dict[str, Path]:
    """All modules of the wings, by dotted name."""
    found = {}
    for wing in MAY_IMPORT:
        for path in sorted((root / wing).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(name: str, source: str, is_package: bool, known: set[str]) -> set[str]:
    """Which modules a source imports anywhere, in functions too; of ours by their full names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = name.split(".") if is_package else name.split(".")[:-1]
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            parts = {f"{origin}.{alias.name}" for alias in node.names}
            submodules = parts & known
            found |= submodules
            if not submodules or submodules != parts:
                found.add(origin)
    return found


def import_graph(root: Path) -> dict[str, set[str]]:
    every = modules(root)
    return {
        name: imports(name, path.read_text("utf-8"), path.name == "__init__.py", set(every))
        for name, path in every.items()
    }


def against_plan(graph: dict[str, set[str]]) -> list[str]:
    wrong = []
    for name, imported in graph.items():
        wing = name.partition(".")[0]
        forbidden = set(MAY_IMPORT) - MAY_IMPORT[wing] - {wing} | {"tests", "bench"}
        wrong += [
            f"{name} imports {other}" for other in sorted(imported) if other.partition(".")[0] in forbidden
        ]
    return wrong


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of modules that import each other, or nothing."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph[name] & set(graph)):
            found = visit(other, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    for name in graph:
        found = visit(name, [])
        if found:
            return found
    return []


def test_every_wing_imports_by_plan():
    graph = import_graph(ROOT)
    assert {name for name in graph if "." not in name} == set(MAY_IMPORT)
    assert against_plan(graph) == []


def test_no_modules_import_each_other_in_a_circle():
    assert " -> ".join(circle(import_graph(ROOT))) == ""


FORBIDDEN_IN_GEO = {"os", "io", "pathlib", "socket", "time", "tempfile", "subprocess", "psycopg2", "pyogrio"}


def test_geo_opens_no_file_no_socket_and_no_clock():
    for name, imported in import_graph(ROOT).items():
        if name.partition(".")[0] == "geo":
            tops = {other.partition(".")[0] for other in imported}
            assert not tops & FORBIDDEN_IN_GEO, f"{name} imports {tops & FORBIDDEN_IN_GEO}"


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("import data", ["geo.x imports data"]),
        ("def f():\n    from service.app import create_app", ["geo.x imports service.app"]),
        ("from maps import pages as p", ["geo.x imports maps.pages"]),
        ("import tests.conftest", ["geo.x imports tests.conftest"]),
        ("from geo import errors\nimport dataclasses", []),
        ("from . import errors", []),
    ],
)
def test_the_plan_is_really_checked(source, wrong):
    known = {"geo", "geo.x", "geo.errors", "maps", "maps.pages"}
    assert against_plan({"geo.x": imports("geo.x", source, False, known)}) == wrong


def test_a_circle_is_really_found():
    known = {"geo", "geo.a", "geo.b", "geo.c"}
    graph = {
        "geo": set(),
        "geo.a": imports("geo.a", "from geo import b", False, known),
        "geo.b": imports("geo.b", "from . import c", False, known),
        "geo.c": imports("geo.c", "from geo.a import thing", False, known),
    }
    assert circle(graph) == ["geo.a", "geo.b", "geo.c", "geo.a"]
    graph["geo.c"] = set()
    assert circle(graph) == []
