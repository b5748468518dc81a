"""The SQL text of this wing: one statement per file under ``data/sql``, read from the installed package."""

from functools import cache
from importlib import resources


@cache
def load(name: str) -> str:
    """Return the text of one ``.sql`` file.

    Parameters
    ----------
    name
        Path below ``data/sql`` without the ending, for instance ``"store/read_stations"``.

    Raises
    ------
    FileNotFoundError
        No such statement: a defect of this program, never of its user.

    Examples
    --------
    >>> load("store/data_version").splitlines()[0]
    '-- The data version of the registry: one row, one bigint.'
    """
    return resources.files("data").joinpath("sql", *f"{name}.sql".split("/")).read_text(encoding="utf-8")
