"""Every scene gets its verdict: those of ``scenes/``, of the shared bench, and of the files in YIZHAN_SCENES.

A file holds a list of scenes in local metres (``conftest.stage`` reads them): ``name``, ``expect`` (yes, no,
unknown), ``station``, the layers, and, if told, ``rule`` (what must decide) and ``why``. YIZHAN_SCENES names more
files, separated by colons.
"""

import json
import os
from pathlib import Path

import pytest

from geo.frontage import verdicts

_OWN = sorted((Path(__file__).parent / "scenes").glob("*.json"))
_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "bench" / "frontage_scenes.json"
_NAMED = [Path(p) for p in os.environ.get("YIZHAN_SCENES", "").split(":") if p]


def _read(files):
    return [
        pytest.param(scene, id=f"{file.stem}: {scene['name']}")
        for file in files
        for scene in json.loads(file.read_text(encoding="utf-8"))
    ]


def _holds(scene, found):
    told = f"{found['rule']}: {found['reason_zh']} ({scene.get('why', '')})"
    assert found["verdict"] == scene["expect"], told
    assert found["rule"] == scene.get("rule", found["rule"]), told


@pytest.mark.parametrize("scene", _read([*_OWN, *(f for f in (_SHARED, *_NAMED) if f.is_file())]))
def test_the_scene_gets_its_verdict(scene, stage):
    _holds(scene, verdicts(*stage(scene)).iloc[0])


@pytest.mark.parametrize("scene", _read(_OWN))
def test_the_scene_turned_and_mirrored_gets_the_same(scene, stage):
    eighths = sum(map(ord, scene["name"])) % 7 + 1
    _holds(scene, verdicts(*stage(scene, turn_deg=45.0 * eighths, mirror=eighths % 2 == 0)).iloc[0])


def test_files_named_in_the_environment_exist():
    assert [str(f) for f in _NAMED if not f.is_file()] == []
