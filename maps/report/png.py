"""A picture of few colours as PNG: what the printed maps are made of."""

import base64
import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt


def data_uri(pixels: npt.NDArray[np.uint8], palette: list[str]) -> str:
    """Write pixels as a PNG in a data URI; the same pixels give the same text.

    Parameters
    ----------
    pixels
        Number of the colour of each pixel, shape (height, width), top row first.
    palette
        Colours ``#rrggbb``; the first one is transparent.

    Examples
    --------
    >>> data_uri(np.zeros((1, 1), np.uint8), ["#ffffff"])[:30]
    'data:image/png;base64,iVBORw0K'
    """
    high, wide = pixels.shape
    rows: Any = np.zeros((high, wide + 1), dtype=np.uint8)
    rows[:, 1:] = pixels
    colours = b"".join(bytes.fromhex(colour[1:]) for colour in palette)
    body = b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"tRNS", b"\x00"),
            _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )
    return "data:image/png;base64," + base64.b64encode(body).decode()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
