"""The week as 336 half hours from Monday 00:00, and sets of them packed into bits.

A schedule of a week is a row of 336 flags; packed it is six 64-bit words, so that the union of the
schedules of many stations is six OR operations. Slot 0 is Monday 00:00 to 00:30, slot 335 Sunday 23:30
to midnight. Which dates the week has is the caller's business: holidays and make-up days are in the flags.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from geo import texts
from geo.errors import ParameterError

Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
IntArray = npt.NDArray[np.int64]

SLOTS: Final = 336
SLOTS_PER_DAY: Final = 48
WORDS: Final = 6
DAY_HOURS: Final = (8, 20)
"""By day: 08:00 to before 20:00, all days of the week."""
NIGHT_HOURS: Final = (22, 6)
"""By night: 22:00 to before 06:00, all nights of the week."""
NIGHT_SLOT: Final = 2 * 48 + 4
"""The half hour that stands for the night: Wednesday 02:00."""
_MIX: Final = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5,
     0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD],
    dtype=np.uint64,
)  # fmt: skip
"""Odd numbers without a pattern; the sum of no words is 0, so the empty week is first."""


def slot_of(weekday: int, hour: int, minute: int = 0) -> int:
    """Find the half hour that holds a time of the week.

    Parameters
    ----------
    weekday
        0 = Monday to 6 = Sunday.
    hour, minute
        0 to 23, 0 to 59.

    Raises
    ------
    ParameterError
        There is no such time of the week.

    Examples
    --------
    >>> slot_of(2, 2), slot_of(0, 0, 30), slot_of(6, 23, 59)
    (100, 1, 335)
    """
    if not (0 <= weekday < 7 and 0 <= hour < 24 and 0 <= minute < 60):
        raise ParameterError(texts.WEEK_TIME.format(weekday=weekday, hour=hour, minute=minute))
    return weekday * SLOTS_PER_DAY + hour * 2 + minute // 30


def clock(slot: int) -> str:
    """Tell the time of day at which a half hour starts.

    Examples
    --------
    >>> clock(0), clock(100), clock(335)
    ('00:00', '02:00', '23:30')
    """
    return f"{slot % SLOTS_PER_DAY // 2:02d}:{slot % 2 * 30:02d}"


def between(start_hour: int, end_hour: int) -> Flags:
    """Mark the half hours of all days from one hour to before another, round midnight where start > end.

    Returns
    -------
    flags
        Shape (336,).

    Examples
    --------
    >>> int(between(*DAY_HOURS).sum()), int(between(*NIGHT_HOURS).sum())
    (168, 112)
    """
    hour = np.arange(SLOTS) % SLOTS_PER_DAY / 2.0
    if start_hour <= end_hour:
        return np.asarray((hour >= start_hour) & (hour < end_hour))
    return np.asarray((hour >= start_hour) | (hour < end_hour))


def pack(flags: npt.ArrayLike) -> Words:
    """Pack weeks of flags into words; slot s is bit s % 64 of word s // 64, unused bits are 0.

    Parameters
    ----------
    flags
        Shape (n, 336) or (336,).

    Returns
    -------
    words
        Shape (n, 6) or (6,). Empty for empty.

    Raises
    ------
    ParameterError
        The last axis is not 336 long.

    Examples
    --------
    >>> week = np.zeros(336, dtype=bool)
    >>> week[[0, 65]] = True
    >>> pack(week).tolist()
    [1, 2, 0, 0, 0, 0]
    """
    given = np.asarray(flags, dtype=np.bool_)
    if given.shape[-1:] != (SLOTS,):
        raise ParameterError(texts.WEEK_SHAPE.format(found=given.shape))
    padded = np.zeros((*given.shape[:-1], WORDS * 64), dtype=np.bool_)
    padded[..., :SLOTS] = given
    octets = np.packbits(padded, axis=-1, bitorder="little")
    return np.ascontiguousarray(octets).view("<u8").astype(np.uint64, copy=False)


def unpack(words: npt.ArrayLike) -> Flags:
    """Turn words back into flags, the inverse of ``pack``.

    Parameters
    ----------
    words
        Shape (n, 6) or (6,).

    Returns
    -------
    flags
        Shape (n, 336) or (336,).

    Examples
    --------
    >>> np.flatnonzero(unpack([1, 2, 0, 0, 0, 0])).tolist()
    [0, 65]
    """
    given = np.ascontiguousarray(np.asarray(words, dtype="<u8"))
    bits = np.unpackbits(given.view(np.uint8), axis=-1, bitorder="little")
    return bits[..., :SLOTS].astype(np.bool_)


def distinct(words: Words) -> tuple[Words, IntArray]:
    """Find the distinct weeks, the empty one first.

    Parameters
    ----------
    words
        Packed weeks, shape (n, 6).

    Returns
    -------
    weeks, row
        Shape (k, 6), row 0 the week in which no bit is set, whether or not it occurs; and the row of each of the n
        weeks in it, shape (n,).

    Notes
    -----
    Weeks are told apart by a 64-bit sum of their words, which sorts ten times as fast as 48 bytes do; where two
    weeks should have one sum, which is seen at once, their bytes decide.

    Examples
    --------
    >>> weeks, row = distinct(np.array([[7, 0, 0, 0, 0, 0], [7, 0, 0, 0, 0, 0]], dtype=np.uint64))
    >>> weeks[:, 0].tolist(), row.tolist()
    ([0, 7], [1, 1])
    """
    whole = np.ascontiguousarray(np.vstack([np.zeros((1, WORDS), dtype=np.uint64), words]))
    _, first, at = np.unique(
        (whole * _MIX).sum(axis=1, dtype=np.uint64), return_index=True, return_inverse=True
    )
    if not np.array_equal(whole[first[at]], whole):
        # big-endian bytes compare like the numbers, so the empty week comes first here too
        plain = whole.astype(">u8").view(f"V{WORDS * 8}").ravel()
        _, first, at = np.unique(plain, return_index=True, return_inverse=True)
    return whole[first], at[1:].astype(np.int64)
