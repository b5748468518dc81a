"""Where questions by travel time are computed: aside, one at a time per worker, with an end to the queue."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from service.errors import RoadsBusyError, RoadsNotReadyError
from service.roads.keeper import NoRoads, Roads

Result = TypeVar("Result")

QUEUE: Final = 64
"""The most questions that wait or run at a time; one more is refused at once."""


class RoadDesk:
    """The networks of a worker and the thread that asks them.

    Parameters
    ----------
    keeper
        Started and stopped with the desk.
    """

    def __init__(self, keeper: NoRoads | None = None) -> None:
        self.keeper = keeper or NoRoads()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="yizhan-travel")
        self._asked = 0

    def roads(self) -> Roads:
        """Give the networks; ``RoadsNotReadyError`` while the first ones are being loaded."""
        if not self.keeper.roads.networks and self.keeper.state in ("loading", "trouble"):
            raise RoadsNotReadyError
        return self.keeper.roads

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` in the thread; ``RoadsBusyError`` when too many wait."""
        if self._asked >= QUEUE:
            raise RoadsBusyError
        self._asked += 1
        try:
            return await asyncio.wrap_future(self._thread.submit(work))
        finally:
            self._asked -= 1

    def close(self) -> None:
        """Stop the keeper and the thread; a second call does nothing."""
        self.keeper.stop()
        self._thread.shutdown(wait=False, cancel_futures=True)
