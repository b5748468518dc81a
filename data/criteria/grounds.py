"""What the registry knows of stations, as score cards are made of it."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under a function's name)

from data import statements
from data.criteria import facts, scorecard
from data.criteria.facts import Fact
from data.criteria.rulesets import RuleSet
from data.criteria.scorecard import Card

_JSON: Final = ("facilities", "stated")


class Ground(NamedTuple):
    """One station: the columns of ``sql/criteria/read_grounds.sql`` by name, and its facts."""

    station: dict[str, Any]
    facts: dict[str, Fact]

    @property
    def station_id(self) -> str:
        """Whose."""
        return str(self.station["station_id"])

    def card(self, rules: RuleSet) -> Card:
        """Fill in the score card."""
        return scorecard.make(self.station_id, self.facts, rules)


def read(
    conn: Connection,
    *,
    station_ids: Sequence[str] | None = None,
    adcode: str | None = None,
    source: str | None = None,
) -> list[Ground]:
    """Read living stations with what is known of them.

    Parameters
    ----------
    conn
        An open connection.
    station_ids, adcode, source
        Only these stations, those whose adcode begins so, those of this list; None = all.

    Returns
    -------
    grounds
        In order of station id; stations that are not there or withdrawn are left out. None: an empty list.
    """
    asked = {
        "station_ids": None if station_ids is None else list(station_ids),
        "adcode": adcode,
        "source": source,
    }
    with conn.cursor() as cursor:
        cursor.execute(statements.load("criteria/read_grounds"), asked)
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [_ground(row) for row in rows]


def _ground(row: dict[str, Any]) -> Ground:
    decoded = row | {name: orjson.loads(row[name]) for name in _JSON}
    return Ground(decoded, facts.of_station(decoded, decoded["stated"]))
