"""The mixed-integer model of maximal covering in HiGHS, its linear relaxation, and what a bound fixes in it.

    maximise    sum_i w_i y_i
    subject to  sum_j a_ij x_j >= y_i     for every row i of demand
                sum_j x_j <= p
                x_j in {0, 1},  0 <= y_i <= 1

Solved only in a child process: time limits of the solver are not always kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np
from scipy import sparse

from geo.siting import bounds
from geo.siting.problem import Floats, Ints, Mask, Problem

RELAXED_PAIRS: Final = 1_500_000
"""Pairs up to which the linear relaxation is solved; above, prices come from subgradient steps."""


@dataclass(frozen=True, eq=False)
class Solved:
    """Columns found, an upper bound, and whether the solver came to its end."""

    columns: Ints
    bound: float
    ended: bool


def relaxed(problem: Problem, p: int) -> tuple[Floats, Floats]:
    """Solve the linear relaxation: how far each column is chosen (columns,), and the price of each row (rows,)."""
    solver = _solver(problem, p, integer=False)
    solver.setOptionValue("solver", "ipm")
    solver.run()
    found = solver.getSolution()
    price = np.abs(np.array(found.row_dual)[: len(problem.weight)])
    return np.array(found.col_value)[: problem.n_columns], np.clip(price, 0.0, problem.weight)


def solve(
    problem: Problem,
    p: int,
    start: Ints,
    *,
    seconds: float,
    nodes: int | None = None,
    fixed: tuple[Mask, Mask, Mask] | None = None,
    told: Callable[[float], None] | None = None,
) -> Solved:
    """Solve the model from a known choice (warm start).

    Parameters
    ----------
    problem, p
        What to solve.
    start
        Columns of a known choice, at most p; it must respect ``fixed``.
    seconds
        Time limit of the solver.
    nodes
        Limit of branch-and-bound nodes; None for no limit.
    fixed
        Columns that are out, columns that are in, rows that are covered in any better choice (``ruled_out``).
    told
        Called with each lower bound on the way.
    """
    solver = _solver(problem, p, integer=True, fixed=fixed)
    at = np.zeros(problem.n_columns)
    at[start] = 1.0
    known = highspy.HighsSolution()
    known.col_value = np.r_[at, (problem.matrix @ at > 0).astype(float)].tolist()
    solver.setSolution(known)
    limits: dict[str, float] = {
        "time_limit": seconds,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.99 if problem.whole else 1e-9,
    }
    if nodes is not None:
        limits["mip_max_nodes"] = nodes
    for name, limit in limits.items():
        solver.setOptionValue(name, limit)
    if told is not None:
        solver.cbMipInterrupt.subscribe(_Falling(told))
    solver.run()
    value = np.array(solver.getSolution().col_value[: problem.n_columns])
    columns = np.flatnonzero(value > 0.5) if len(value) else start
    # A cold or cut-off run may hand back rubbish: the known choice is never given up for less.
    if len(columns) > p or problem.value(columns) < problem.value(start):
        columns = start
    status = solver.getModelStatus()
    bound = -float(solver.getInfo().mip_dual_bound)
    ended = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    if status == highspy.HighsModelStatus.kInfeasible:
        bound = -np.inf
    return Solved(np.asarray(columns, dtype=np.int64), bound, ended)


class _Falling:
    """Hears of the solver's bound again and again, and tells of it when it has fallen."""

    def __init__(self, told: Callable[[float], None]) -> None:
        self._told = told
        self._last = np.inf

    def __call__(self, event: Any) -> None:
        bound = -float(event.data_out.mip_dual_bound)
        if bound < self._last:
            self._last = bound
            self._told(bound)


def ruled_out(problem: Problem, bound: bounds.Bound, p: int, value: float) -> tuple[Mask, Mask, Mask]:
    """Tell what every choice better than ``value`` must do: columns out, columns in, rows covered.

    Choosing a column outside the p of largest worth, leaving one of these out, or leaving a row uncovered lowers the
    Lagrangian bound by the difference; where that falls to the value known, no better choice does it.
    """
    worth = bound.worth
    if not 0 < p < len(worth):
        none = np.zeros(len(worth), dtype=bool)
        return none, none.copy(), np.zeros(len(problem.weight), dtype=bool)
    order = np.sort(worth)[::-1]
    step = 1.0 - 1e-6 if problem.whole else 0.0
    exact = float((problem.weight - bound.price).sum() + order[:p].sum())
    slack = exact - value - step + 1e-9 * max(value, 1.0)
    slack = max(slack, 0.0) + 1e-9
    return worth < order[p - 1] - slack, worth > order[p] + slack, problem.weight - bound.price > slack


def _solver(
    problem: Problem, p: int, *, integer: bool, fixed: tuple[Mask, Mask, Mask] | None = None
) -> highspy.Highs:
    rows, columns = problem.matrix.shape
    matrix = sparse.vstack(
        [
            sparse.hstack([problem.matrix, -sparse.eye_array(rows)]),
            sparse.hstack([sparse.csr_array(np.ones((1, columns))), sparse.csr_array((1, rows))]),
        ]
    ).tocsc()
    lower, upper = np.zeros(columns + rows), np.ones(columns + rows)
    if fixed is not None:
        upper[:columns][fixed[0]] = 0.0
        lower[:columns][fixed[1]] = 1.0
        lower[columns:][fixed[2]] = 1.0
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns + rows, rows + 1
    lp.col_cost_ = np.r_[np.zeros(columns), -problem.weight]
    lp.col_lower_, lp.col_upper_ = lower, upper
    lp.row_lower_ = np.r_[np.zeros(rows), 0.0]
    lp.row_upper_ = np.r_[np.full(rows, highspy.kHighsInf), float(p)]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    if integer:
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger] * columns + [kinds.kContinuous] * rows
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(lp)
    return solver
