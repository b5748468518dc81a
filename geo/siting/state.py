"""A choice of sites with the value of every swap kept up to date.

``gain[j]`` is the weight of rows that nobody covers and column j would; ``alone[s, j]`` is the weight of rows that
the site in slot s covers alone and column j covers too. Taking slot s out and column j in changes the value by
``gain[j] + alone[s, j] - alone[s, site of s]``: all swaps are one table (slots, columns), as in the fast interchange
of Resende and Werneck (2007), and one swap changes few entries: row s moves whole between ``alone`` and ``gain``, and
rows of demand whose number of sites changes between one and two are added or taken, candidate by candidate.
"""

import numpy as np

from geo.siting.problem import Floats, Ints, Problem


class State:
    """Sites in slots and the table of swaps; made for one problem, moved in place."""

    def __init__(self, problem: Problem, sites: Ints) -> None:
        self.problem = problem
        self.columns = problem.n_columns
        self._row_start = problem.matrix.indptr.astype(np.int64)
        self._row_index = problem.matrix.indices.astype(np.int64)
        self._start, rows = problem.by_column()
        self._rows = rows.astype(np.int64)
        self.reset(sites)

    def reset(self, sites: Ints) -> None:
        """Start again from other sites, as many as one likes."""
        weight = self.problem.weight
        self.sites = np.array(sites, dtype=np.int64)
        self.taken = np.bincount(self.sites, minlength=self.columns)
        self.count = np.zeros(len(weight), dtype=np.int64)
        self.owner = np.zeros(len(weight), dtype=np.int64)
        for slot, column in enumerate(self.sites):
            mine = self._of(column)
            self.count[mine] += 1
            self.owner[mine] += slot
        self.gain: Floats = self.problem.matrix.T @ (weight * (self.count == 0))
        self.alone = np.zeros((len(self.sites), self.columns))
        once = np.flatnonzero(self.count == 1)
        self._add(once, weight[once])
        self.value = float(weight[self.count > 0].sum())
        self._table: Floats | None = None

    def best(self, held: Ints, barred: Ints) -> tuple[int, int, float]:
        """Best swap whose slot is not held and whose column is not barred: slot, column, change of value."""
        loss = self.alone[np.arange(len(self.sites)), self.sites]
        if self._table is None:
            self._table = np.empty_like(self.alone)
        np.add(self.alone, self.gain, out=self._table)
        self._table -= loss[:, None]
        self._table[:, self.sites] = -np.inf
        self._table[:, barred] = -np.inf
        self._table[held] = -np.inf
        slot, column = divmod(int(self._table.argmax()), self.columns)
        return slot, column, float(self._table[slot, column])

    def best_of(self, slots: Ints, columns: Ints) -> tuple[int, int, float]:
        """Best swap of some slots and columns, at least one of each: slot, column, change of value."""
        table = self.alone[slots[:, None], columns]
        table += self.gain[columns]
        table -= self.alone[slots, self.sites[slots]][:, None]
        at, to = divmod(int(table.argmax()), len(columns))
        return int(slots[at]), int(columns[to]), float(table[at, to])

    def near(self, column: int) -> Ints:
        """How closely each column lies to one: pairs of rows that lead to it over one other column, (columns,)."""
        first, _ = self._entries(self._of(column))
        reached = np.flatnonzero(np.bincount(first, minlength=self.columns))
        rows = np.concatenate([self._of(other) for other in reached.tolist()])
        index, _ = self._entries(np.unique(rows))
        return np.asarray(np.bincount(index, minlength=self.columns))

    def swap(self, slot: int, column: int) -> None:
        """Take the site of a slot out and put a column there."""
        self.taken[self.sites[slot]] -= 1
        self.taken[column] += 1
        weight = self.problem.weight
        before = self._of(self.sites[slot])
        self.value -= float(self.alone[slot, self.sites[slot]])
        self.gain += self.alone[slot]
        self.alone[slot] = 0.0
        self.count[before] -= 1
        self.owner[before] -= slot
        once = before[self.count[before] == 1]
        self._add(once, weight[once])
        after = self._of(column)
        number = self.count[after]
        twice, fresh = after[number == 1], after[number == 0]
        self._add(twice, -weight[twice])
        if len(fresh):
            index, length = self._entries(fresh)
            moved = np.bincount(index, np.repeat(weight[fresh], length), minlength=self.columns)
            self.gain -= moved
            self.alone[slot] += moved
            self.value += float(weight[fresh].sum())
        self.count[after] += 1
        self.owner[after] += slot
        self.sites[slot] = column

    def _of(self, column: int) -> Ints:
        return self._rows[self._start[column] : self._start[column + 1]]

    def _add(self, rows: Ints, weight: Floats) -> None:
        if len(rows):
            index, length = self._entries(rows)
            at = index + np.repeat(self.owner[rows] * self.columns, length)
            np.add.at(self.alone.reshape(-1), at, np.repeat(weight, length))

    def _entries(self, rows: Ints) -> tuple[Ints, Ints]:
        """Columns of some rows, one after the other, and how many each row has."""
        start = self._row_start[rows]
        length = self._row_start[rows + 1] - start
        end = np.cumsum(length)
        return self._row_index[np.arange(end[-1]) + np.repeat(start - (end - length), length)], length
