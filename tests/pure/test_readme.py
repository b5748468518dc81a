"""The README tells of every command, every setting and every way in; what it names exists."""

import re
from pathlib import Path

import pytest
import typer

from data.stations import headers
from service.cli import app
from service.settings import Settings, variable

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: typer.Typer, prefix: str) -> list[str]:
    named = [f"{prefix} {c.name or c.callback.__name__}" for c in group.registered_commands]
    nested = [c for g in group.registered_groups for c in commands(g.typer_instance, f"{prefix} {g.name}")]
    return named + nested


@pytest.mark.parametrize("command", commands(app, "yizhan"))
def test_every_command_is_in_the_readme(command):
    assert f"`{command}" in README or f"\n{command} " in README


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_in_the_readme(field):
    assert f"`{variable(field)}`" in README


def test_the_readme_names_no_command_and_no_setting_that_does_not_exist():
    known = {c.split()[1] for c in commands(app, "yizhan")}
    assert set(re.findall(r"(?:^|`)yizhan ([a-z]+)", README, re.MULTILINE)) <= known
    assert set(re.findall(r"YIZHAN_[A-Z0-9_]+", README)) <= {variable(f) for f in Settings.model_fields} | {
        "YIZHAN_SCENES",
        "YIZHAN_SCREENSHOTS",
    }


def test_the_first_lines_are_the_two_commands():
    block = README.split("```")[1]
    assert [line.split("#")[0].strip() for line in block.splitlines()[1:]] == ["make demo", "make test"]


def test_every_target_of_make_that_the_readme_names_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z-]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_table_of_columns_names_every_field_of_the_importer():
    for field in headers.SYNONYMS:
        assert f"`{field}`" in README
