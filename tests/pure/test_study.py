"""What a study holds, and that it survives being kept."""

import io
import json
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from geo import parts
from geo.errors import FrameError
from geo.frames import empty
from geo.study import CONTRACTS, Study
from tests.pure import studies


@pytest.fixture(scope="module")
def study() -> Study:
    return studies.example()


def kept(study: Study) -> Study:
    """Through the bytes of a JSON document and an npz file without pickles."""
    document, arrays = parts.to_parts(study)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    file.seek(0)
    with np.load(file, allow_pickle=False) as read:
        return parts.from_parts(json.loads(json.dumps(document)), dict(read))


def test_a_kept_study_is_the_study(study):
    again = kept(study)
    assert again.parameters == study.parameters
    assert again.notes == study.notes
    np.testing.assert_array_equal(again.masks, study.masks)
    np.testing.assert_array_equal(again.gap_week, study.gap_week)
    for name, contract in CONTRACTS.items():
        before, after = getattr(study, name), getattr(again, name)
        pd.testing.assert_frame_equal(
            pd.DataFrame(after[list(contract.columns)]),
            pd.DataFrame(before[list(contract.columns)]),
            check_dtype=False,
        )
        for column in contract.columns:
            # None stays None and does not become NaN
            assert [v is None for v in after[column]] == [v is None for v in before[column]]
    assert again.gaps.geometry.geom_equals(study.gaps.geometry).all()
    assert again.gaps.crs == study.gaps.crs


def test_frames_that_were_not_asked_for_survive_without_rows(study):
    bare = replace(study, **{name: empty(CONTRACTS[name]) for name in ("sites", "curve", "extend", "served")})
    assert [len(getattr(kept(bare), name)) for name in ("sites", "curve", "extend", "served")] == [0] * 4


def test_parts_of_another_version_are_refused(study):
    document, arrays = parts.to_parts(study)
    with pytest.raises(FrameError, match="version 99"):
        parts.from_parts(document | {"version": 99}, arrays)


def test_a_missing_part_is_named(study):
    document, arrays = parts.to_parts(study)
    del arrays["cells.weight"]
    with pytest.raises(FrameError, match=r"cells\.weight"):
        parts.from_parts(document, arrays)


def test_a_missing_parameter_is_named(study):
    with pytest.raises(FrameError, match="walk_kmh"):
        replace(study, parameters={k: v for k, v in study.parameters.items() if k != "walk_kmh"})


def test_a_missing_column_is_named(study):
    with pytest.raises(FrameError, match="walk_alone"):
        replace(study, stations=study.stations.drop(columns="walk_alone"))


@pytest.mark.parametrize(
    "masks", [np.zeros((1, 6), np.uint64), np.zeros((9, 5), np.uint64), np.zeros((9, 6))]
)
def test_masks_that_do_not_fit_are_refused(study, masks):
    with pytest.raises(FrameError, match="mask"):
        replace(study, masks=masks)


def test_every_frame_of_the_study_has_a_contract():
    assert [f.name for f in fields(Study)][4:] == list(CONTRACTS)
