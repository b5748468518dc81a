"""The greedy choice, lazily: a gain is measured again only when it could be the largest."""

import heapq

import numpy as np

from geo.siting.problem import Ints, Problem


def choose(problem: Problem, p: int | None, *, enough: float = np.inf) -> Ints:
    """Choose columns one by one, each with the largest gain left; at most p, until ``enough`` is covered.

    Gains only fall while columns are chosen (submodularity), so an old gain bounds the present one from above.
    Ties go to the column with the smaller weighted cost, then to the lower number. Columns that gain nothing are
    not chosen. Never below 1 - 1/e of the best value (Nemhauser, Wolsey, Fisher 1978).
    """
    start, rows = problem.by_column()
    left = problem.weight.copy()
    gains = problem.matrix.T @ left
    heap = list(zip((-gains).tolist(), problem.spread.tolist(), range(problem.n_columns), strict=True))
    heapq.heapify(heap)
    chosen: list[int] = []
    covered = 0.0
    while heap and (p is None or len(chosen) < p) and covered < enough:
        gain, spread, column = heap[0]
        mine = rows[start[column] : start[column + 1]]
        now = -float(left[mine].sum())
        if now > gain and now < 0:
            heapq.heapreplace(heap, (now, spread, column))
            continue
        heapq.heappop(heap)
        if now >= 0:
            continue
        chosen.append(column)
        covered -= now
        left[mine] = 0.0
    return np.array(chosen, dtype=np.int64)


def ranked(problem: Problem, columns: Ints) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Order chosen columns by marginal gain, the largest first; columns and gains.

    Columns that gain nothing once the others stand are left out.
    """
    start, rows = problem.by_column()
    left = problem.weight.copy()
    waiting = sorted(int(c) for c in columns)
    order, gains = [], []
    while waiting:
        now = [float(left[rows[start[c] : start[c + 1]]].sum()) for c in waiting]
        at = min(range(len(waiting)), key=lambda i: (-now[i], problem.spread[waiting[i]], waiting[i]))
        if now[at] <= 0:
            break
        column = waiting.pop(at)
        left[rows[start[column] : start[column + 1]]] = 0.0
        order.append(column)
        gains.append(now[at])
    return np.array(order, dtype=np.int64), np.array(gains)
