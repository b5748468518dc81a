"""Reach and coverage beyond one machine: partitioned by area, on this machine or on a Dask scheduler.

The same functions of ``geo`` run on parts of the area. A part holds its own demand and every facility and street
within a halo as wide as the largest limit, so that nothing a row could reach is missing; rows belong to one part
only. Put together again the answer is that of one run over everything: the same rows, the same facilities in the same
order, the same costs.

Siting stays whole: a choice of p sites is one choice for the whole area, and what it needs of the parts, the lists, is
small when it is put together (rows with equal candidate sets merge).

``parts`` cuts; ``runners`` say where the work is done; ``reaching`` is the work.
"""

from service.spread.reaching import straight, straight_weeks, walking
from service.spread.runners import Local, Runner, Scheduler, runner_of

__all__ = ["Local", "Runner", "Scheduler", "runner_of", "straight", "straight_weeks", "walking"]
