"""Where the parts are worked on: in this process, or on the workers of a Dask scheduler."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from data.errors import InputError
from service.spread import texts

T = TypeVar("T")
_RETRIES = 3


class Runner(Protocol):
    """Works on tasks and hands back their answers in the order of the tasks."""

    @property
    def parts(self) -> int:
        """How many parts to cut an area into."""
        ...

    def map(self, work: Callable[..., T], tasks: Sequence[tuple[Any, ...]]) -> list[T]:
        """Answer ``work(*task)`` of every task."""
        ...


class Local:
    """One after the other in this process; one part unless told otherwise."""

    def __init__(self, parts: int = 1) -> None:
        self.parts = parts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def map(self, work: Callable[..., T], tasks: Sequence[tuple[Any, ...]]) -> list[T]:
        """Answer ``work(*task)`` of every task."""
        return [work(*task) for task in tasks]


class Scheduler:
    """On the workers of a Dask scheduler; a worker that dies loses its task, which another one takes over.

    Workers run the same version of this program (``pip install yizhan[scheduler]`` and ``dask worker ADDRESS``).
    """

    def __init__(self, address: str, parts: int | None = None) -> None:
        # Imported late: it is an optional extra.
        try:
            import distributed  # noqa: PLC0415
        except ImportError as error:
            raise InputError(texts.NO_DASK) from error
        try:
            self._client: Any = distributed.Client(  # type: ignore[no-untyped-call]
                address, timeout="10s", set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise InputError(texts.NO_SCHEDULER.format(address=address)) from error
        self._parts = parts

    @property
    def parts(self) -> int:
        """Four for each thread of the workers, so that a slow part does not keep the others waiting."""
        return self._parts or 4 * max(1, sum(self._client.nthreads().values()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def map(self, work: Callable[..., T], tasks: Sequence[tuple[Any, ...]]) -> list[T]:
        """Answer ``work(*task)`` of every task."""
        # Pickled here once for each task; answers of one run are never taken for those of another.
        futures = [self._client.submit(work, *task, pure=False, retries=_RETRIES) for task in tasks]
        answers: list[T] = self._client.gather(futures)
        return answers


def runner_of(address: str | None) -> Local | Scheduler:
    """Choose the workers of a scheduler when its address is given, else this process."""
    return Scheduler(address) if address else Local()
