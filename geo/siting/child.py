"""The searching and the proving process, and the parent that stops both hard when their time is over.

The parent needs no clock: a timer kills the children, and what they had found by then has come through their pipes.
"""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from threading import Timer
from typing import Any, Final

import numpy as np

from geo.siting import bounds, explore, model
from geo.siting.problem import Floats, Ints, Problem

_PAIRS_PER_QUIET_S: Final = 40_000
"""The proof starts when the search has found nothing for as many seconds as the problem has of these pairs."""


@dataclass(eq=False)
class Standing:
    """The best choice and the lowest bound so far, with the prices that prove a bound for every number of sites."""

    problem: Problem
    p: int
    columns: Ints
    bound: float
    price: Floats | None = None

    @property
    def value(self) -> float:
        """Demand that the best choice covers."""
        return self.problem.value(self.columns)

    @property
    def proved(self) -> bool:
        """Whether the bound proves the choice."""
        return is_proved(self.value, self.bound, whole=self.problem.whole)

    def take(self, kind: str, content: Any) -> bool:
        """Take in one message of a child; True when it brought a better choice."""
        if kind == "columns" and self.problem.value(content) > self.value:
            self.columns = content
            return True
        if kind == "bound":
            self.bound = min(self.bound, content)
        if kind == "price":
            self.price = content
            self.bound = min(self.bound, bounds.at(self.problem, content, self.p).value)
        return False


def is_proved(value: float, bound: float, *, whole: bool) -> bool:
    """Whether nothing lies between a value and a bound: less than one where values are whole numbers.

    >>> is_proved(10, 10.5, whole=True), is_proved(10, 11, whole=True), is_proved(10, 10.5, whole=False)
    (True, False, False)
    """
    return bound - value < 1 - 1e-6 if whole else bound - value <= 1e-9 * max(value, 1.0)


def improve(standing: Standing, *, seconds: float, seed: int) -> None:
    """Let two children search and prove until the bound is met or the time is over; changes ``standing``.

    A process that may have no children of its own (a daemon) is left with what it has.
    """
    if seconds <= 0 or standing.proved or multiprocessing.current_process().daemon:
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["geo.siting.child"])
    workers: list[tuple[Any, Connection]] = []
    timer = Timer(seconds, lambda: [process.kill() for process, _ in workers])
    timer.daemon = True
    try:
        with _undisturbed():
            for work in (_search, _prove):
                workers.append(_started(context, work, standing, seconds, seed))
        timer.start()
        _listen(standing, [pipe for _, pipe in workers])
    finally:
        timer.cancel()
        for process, pipe in workers:
            process.kill()
            process.join()
            process.close()
            pipe.close()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it goes to every process of a terminal, and the parent ends these.

    A blocked signal is inherited by what is started meanwhile, from its first moment.
    """
    # The helper of multiprocessing unblocks the signal when it starts: it must be there before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _listen(standing: Standing, pipes: list[Connection]) -> None:
    open_pipes = list(pipes)
    while open_pipes and not standing.proved:
        for pipe in wait(open_pipes):
            assert isinstance(pipe, Connection)
            try:
                kind, content = pipe.recv()
            except (EOFError, OSError):
                open_pipes.remove(pipe)
                continue
            if kind == "ended":
                open_pipes = []
            elif standing.take(kind, content) and pipe is pipes[0]:
                _tell(pipes[1], standing.columns)


def _tell(pipe: Connection, columns: Ints) -> None:
    try:
        pipe.send(columns)
    except (BrokenPipeError, OSError):
        return


def _started(
    context: BaseContext, work: Callable[..., None], standing: Standing, seconds: float, seed: int
) -> tuple[Any, Connection]:
    ours, theirs = context.Pipe()
    arguments = (work, theirs, standing.problem, standing.p, standing.columns, seconds, seed)
    process = context.Process(target=_until_parted, args=arguments, daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    return process, ours


def _until_parted(work: Callable[..., None], pipe: Connection, *arguments: Any) -> None:
    """Work until there is nobody left to tell; an interrupt can part the two before the parent knows its child."""
    with suppress(BrokenPipeError, ConnectionResetError, EOFError):
        work(pipe, *arguments)


def _search(pipe: Connection, problem: Problem, p: int, known: Ints, seconds: float, seed: int) -> None:
    """Search without end and send each better choice."""
    del seconds
    explore.search(problem, p, known, seed=seed, found=lambda columns: pipe.send(("columns", columns)))


def _prove(pipe: Connection, problem: Problem, p: int, known: Ints, seconds: float, seed: int) -> None:
    """Lower the bound: relaxation or subgradient, then the whole model with what the bound rules out."""
    if problem.matrix.nnz > model.RELAXED_PAIRS:
        _subgradient(pipe, problem, p, known)
        return
    _, price = model.relaxed(problem, p)
    pipe.send(("price", price))
    bound = bounds.at(problem, price, p)
    best = _newest(pipe, known, problem, quiet_s=min(0.06 * seconds, problem.matrix.nnz / _PAIRS_PER_QUIET_S))
    # A short first go settles what is easy; the second one starts from what has been found meanwhile.
    for share in (0.15, 1.0):
        best = _newest(pipe, best, problem)
        fixed = model.ruled_out(problem, bound, p, problem.value(best))
        value = problem.value(best)

        def told(bound: float, value: float = value) -> None:
            pipe.send(("bound", max(bound, value)))

        solved = _solve_core(problem, p, best, fixed, share * seconds, told)
        if problem.value(solved.columns) > problem.value(best):
            best = solved.columns
            pipe.send(("columns", best))
        pipe.send(("bound", max(solved.bound, problem.value(best))))
        if solved.ended:
            pipe.send(("ended", None))
            return
    del seed


def _solve_core(
    problem: Problem, p: int, best: Ints, fixed: Any, seconds: float, told: Callable[[float], None]
) -> model.Solved:
    """Solve without what is ruled out; the known choice stays allowed, as the solver is to start from it."""
    chosen = np.zeros(problem.n_columns, dtype=bool)
    chosen[best] = True
    kept = np.flatnonzero(~fixed[0] | chosen)
    matrix = problem.matrix[:, kept].tocsr()
    small = Problem(matrix, problem.weight, problem.facility[kept], problem.spread[kept], problem.whole)
    inside, rows = (fixed[1] & chosen)[kept], fixed[2] & problem.covered(best)
    none = np.zeros(len(kept), dtype=bool)
    start = np.flatnonzero(chosen[kept])
    solved = model.solve(small, p, start, seconds=seconds, fixed=(none, inside, rows), told=told)
    return model.Solved(kept[solved.columns], solved.bound, solved.ended)


def _newest(pipe: Connection, best: Ints, problem: Problem, *, quiet_s: float = 0.0) -> Ints:
    """Take the best choice the parent has told of, waiting until nothing has come for ``quiet_s`` seconds."""
    while pipe.poll(quiet_s):
        told = pipe.recv()
        best = told if problem.value(told) > problem.value(best) else best
    return best


def _subgradient(pipe: Connection, problem: Problem, p: int, known: Ints) -> None:
    price: Floats | None = None
    value = problem.value(known)
    for rounds in (40, 40, 80, 160, 320, 640):
        known = _newest(pipe, known, problem)
        value = max(value, problem.value(known))
        bound = bounds.descend(problem, p, value, rounds=rounds, start=price)
        price = bound.price
        pipe.send(("price", price))
