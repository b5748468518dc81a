"""Local search by swaps: descent to a local optimum, then tabu search with restarts from shaken sites."""

from typing import Final

import numpy as np

from geo.siting.problem import Ints
from geo.siting.state import State

_NONE: Final = np.empty(0, dtype=np.int64)


def improve(
    state: State,
    rng: np.random.Generator,
    *,
    moves: int,
    patience: int,
    window: tuple[Ints, Ints] | None = None,
) -> tuple[float, Ints]:
    """Swap on from where the state stands; the best value and sites seen.

    Each move is the best swap allowed, also when it loses value; what went out may not come back for a while (tabu
    search, Glover 1989). Ends after ``moves`` moves, or ``patience`` moves without a new best. A ``window`` allows
    only some slots and columns.
    """
    best, sites = state.value, state.sites.copy()
    slots = len(sites)
    width = slots if window is None else len(window[0])
    if not 0 < slots < state.columns:
        return best, sites
    barred = np.zeros(state.columns, dtype=np.int64)
    held = np.zeros(slots, dtype=np.int64)
    last = 0
    for move in range(1, moves + 1):
        if window is None:
            slot, column, change = state.best(np.flatnonzero(held > move), np.flatnonzero(barred > move))
            if not np.isfinite(change):
                slot, column, change = state.best(_NONE, _NONE)
        else:
            open_slots = window[0][held[window[0]] <= move]
            open_columns = window[1][(barred[window[1]] <= move) & (state.taken[window[1]] == 0)]
            if not (len(open_slots) and len(open_columns)):
                break
            slot, column, change = state.best_of(open_slots, open_columns)
        if patience == 0 and change <= 0:
            break
        barred[state.sites[slot]] = move + 10 + int(rng.integers(10))
        held[slot] = move + width // 10 + int(rng.integers(width // 4 + 1))
        state.swap(slot, column)
        if state.value > best * (1 + 1e-12):
            best, sites, last = state.value, state.sites.copy(), move
        elif patience and move - last >= patience:
            break
    return best, sites


def shaken(sites: Ints, columns: int, rng: np.random.Generator, *, share: float) -> Ints:
    """Replace a share of the sites (at least one) by random columns that are not chosen."""
    free = np.setdiff1d(np.arange(columns), sites)
    count = min(len(free), max(1, int(share * len(sites))))
    out = sites.copy()
    if count and len(sites):
        out[rng.choice(len(sites), count, replace=False)] = rng.choice(free, count, replace=False)
    return out
