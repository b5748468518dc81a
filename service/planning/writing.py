"""A study as the three files of its folder."""

from pathlib import Path
from typing import Any

import geopandas as gpd

import maps
from data.plans import package, workbook
from geo.progress import Progress, silent
from geo.study import Study
from service.planning import results, texts


def write(
    aside: Path, study: Study, streets: gpd.GeoDataFrame, crs: str, progress: Progress = silent
) -> None:
    """Write report, workbook, GeoPackage and the mark into a folder.

    Parameters
    ----------
    aside
        Empty; the results are moved from there (``results.being_written``).
    streets
        Drawn quietly under the report's maps.
    crs
        Of the GeoPackage.
    """
    progress(texts.STEP_FILES, 0, 3)
    workbook.write(aside / results.FIGURES, study)
    progress(texts.STEP_FILES, 1, 3)
    package.write(aside / results.LAYERS, study, crs)
    progress(texts.STEP_FILES, 2, 3)
    (aside / results.REPORT).write_text(
        maps.render(maps.coverage_report(study, streets=streets)), encoding="utf-8"
    )
    results.mark(aside, about(study))
    progress(texts.STEP_FILES, 3, 3)


def about(study: Study) -> dict[str, Any]:
    """Say what a finished plan is, for ``plan.json``."""
    parameters = dict(study.parameters)
    return {
        "title": parameters["title"],
        "made_at": parameters["made_at"],
        "stand_in": parameters["stand_in"] or None,
        "parameters": parameters,
        "notes": [note._asdict() for note in study.notes],
    }
