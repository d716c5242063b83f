"""Numbers that stand for texts: the same for the same text, and seldom for two."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ce_toolkit.tables import Int64Array

_ODD = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


def signature(text: pa.Array) -> npt.NDArray[np.uint64]:
    """A number for each text, the same for the same text: made of its length, its first and its last eight bytes."""
    _, offsets, data = text.buffers()
    edges = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    if data is None or not len(text):
        return np.zeros(len(text), dtype=np.uint64)
    padded = np.concatenate([np.frombuffer(data, dtype=np.uint8), np.zeros(8, dtype=np.uint8)])
    eight = np.ndarray(len(padded) - 7, dtype="<u8", buffer=padded.data, strides=(1,))
    begin, length = edges[:-1], np.diff(edges)
    short = np.maximum(8 - length, 0).astype(np.uint64) * np.uint64(8)
    head = np.where(length > 0, (eight[begin] << short), 0)
    tail = eight[np.maximum(edges[1:] - 8, begin)] << short
    mixed = head * _ODD[0]
    mixed = ((mixed ^ mixed >> np.uint64(32)) + tail) * _ODD[1]
    return (mixed ^ mixed >> np.uint64(29)) + length.astype(np.uint64) * _ODD[2]


def scattered(numbers: Int64Array) -> npt.NDArray[np.uint64]:
    """Whole numbers spread over all 64 bits."""
    return (numbers.astype(np.uint64) + np.uint64(1)) * _ODD[1]
