"""How evenly something is shared: weighted quantiles, Lorenz curves and the Gini coefficient, by groups."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_SLACK = 1e-12


def means(group: IntArray, value: FloatArray, weight: FloatArray, n_groups: int) -> FloatArray:
    """Weighted mean of the finite values of each group, shape (groups,); ``NaN`` without weight.

    Examples
    --------
    >>> means(np.array([0, 0, 0]), np.array([1.0, 4.0, np.inf]), np.array([2.0, 1.0, 5.0]), 2).tolist()
    [2.0, nan]
    """
    some = np.isfinite(value)
    total = np.bincount(group[some], weights=weight[some], minlength=n_groups)
    added = np.bincount(group[some], weights=weight[some] * value[some], minlength=n_groups)
    return _divided(added, total)


def quantiles(
    group: IntArray, value: FloatArray, weight: FloatArray, n_groups: int, share: float
) -> FloatArray:
    """Least finite value that a share of each group's weight does not exceed, shape (groups,).

    Parameters
    ----------
    group, value, weight
        Shape (n,). Values that are not finite, and rows of weight 0, do not count.
    n_groups
        Groups are 0 to below this.
    share
        Above 0 to 1.

    Returns
    -------
    quantile
        ``NaN`` for a group without weight.

    Examples
    --------
    >>> quantiles(np.zeros(3, int), np.array([5.0, 1.0, 3.0]), np.array([1.0, 8.0, 1.0]), 1, 0.9).tolist()
    [3.0]
    """
    some = np.flatnonzero(np.isfinite(value) & (weight > 0))
    order = some[np.lexsort((value[some], group[some]))]
    g = group[order]
    total = np.bincount(g, weights=weight[order], minlength=n_groups)
    reached = _running(g, weight[order]) >= share * total[g] * (1 - _SLACK)
    out = np.full(n_groups, np.nan)
    at = np.flatnonzero(reached)
    groups, first = np.unique(g[at], return_index=True)
    out[groups] = value[order[at[first]]]
    return out


def ginis(group: IntArray, amount: FloatArray, weight: FloatArray, n_groups: int) -> FloatArray:
    """Gini coefficient of each group: 0 = all have as much, towards 1 = few have all.

    Twice the area between the diagonal and the Lorenz curve of the amount per head, heads weighted.

    Parameters
    ----------
    group, amount, weight
        Shape (n,): which group, what each has, how many heads it stands for. Both at least 0.

    Returns
    -------
    gini
        Shape (groups,); ``NaN`` where nobody has anything.

    Examples
    --------
    >>> ginis(np.array([0, 0, 1, 1]), np.array([3.0, 3.0, 0.0, 2.0]), np.ones(4), 3).tolist()
    [0.0, 0.5, nan]
    """
    order = np.lexsort((amount, group))
    g, w, had = group[order], weight[order], (amount * weight)[order]
    heads = np.bincount(g, weights=w, minlength=n_groups)
    whole = np.bincount(g, weights=had, minlength=n_groups)
    after = _running(g, had)
    # trapezoids under the curve, twice: step in heads times the heights before and after it
    twice = np.bincount(g, weights=w * (2 * after - had), minlength=n_groups)
    with np.errstate(divide="ignore", invalid="ignore"):
        gini = 1.0 - twice / (heads * whole)
    return np.where(whole > 0, np.clip(gini, 0.0, 1.0), np.nan)


def lorenz(amount: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lorenz curve of one group: cumulated share of heads and of what they have, poorest first.

    Returns
    -------
    heads, had
        One point per distinct amount after the start (0, 0), the last is (1, 1); both empty where nobody has
        anything.

    Examples
    --------
    >>> [c.tolist() for c in lorenz(np.array([2.0, 0.0, 2.0]), np.array([1.0, 2.0, 1.0]))]
    [[0.0, 0.5, 1.0], [0.0, 0.0, 1.0]]
    """
    distinct, at = np.unique(amount, return_inverse=True)
    heads = np.bincount(at, weights=weight, minlength=len(distinct)).astype(np.float64)
    had = heads * distinct
    if not had.sum() > 0:
        return np.empty(0), np.empty(0)
    some = heads > 0
    return _cumulated(heads[some]), _cumulated(had[some])


def _cumulated(value: FloatArray) -> FloatArray:
    return np.asarray(np.r_[0.0, np.cumsum(value) / value.sum()].clip(0.0, 1.0))


def _running(group: IntArray, value: FloatArray) -> FloatArray:
    """Cumulated sums within groups that stand together."""
    total = np.cumsum(value)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else np.empty(0, np.intp)
    before = np.where(starts > 0, total[starts - 1], 0.0) if len(group) else np.empty(0)
    return np.asarray(total - np.repeat(before, np.diff(np.r_[starts, len(group)])))


def _divided(a: npt.ArrayLike, b: npt.ArrayLike) -> FloatArray:
    above, below = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))
