"""Every scene of the shared bench holds; more files can be named in YIZHAN_SCENES, separated by colons."""

import json
import os
from pathlib import Path

import pytest

from geo.frontage import verdicts

_SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "bench" / "frontage_scenes.json"
_FILES = [_SHARED, *(Path(p) for p in os.environ.get("YIZHAN_SCENES", "").split(":") if p)]
_SCENES = [s for f in _FILES if f.is_file() for s in json.loads(f.read_text(encoding="utf-8"))]


@pytest.mark.skipif(not _SCENES, reason=f"needs the scenes in {_SHARED}")
@pytest.mark.parametrize("scene", _SCENES, ids=[s["name"] for s in _SCENES])
def test_the_scene_gets_its_verdict(scene, stage):
    row = verdicts(*stage(scene)).iloc[0]
    assert row["verdict"] == scene["expect"], f"{row['rule']}: {row['reason_zh']} ({scene.get('why', '')})"
