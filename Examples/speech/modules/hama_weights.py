"""Reads the weight files of the PyPI package `hama` (assets/*.hama).

Layout, little endian: "HAMAPK", u16 version, u32 tensor count; per tensor u16 name length, the name, u8 element type
(0 FP32, 1 FP16), u8 rank, rank x u32 dimensions, u64 offset and u64 size of its data; then the data, 16-byte aligned.
"""

import struct
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

_MAGIC = b"HAMAPK"
_ELEMENT_TYPES = {0: np.dtype("<f4"), 1: np.dtype("<f2")}


def read_hama(path: Path) -> dict[str, Tensor]:
    """All tensors of the file by name, as FP32."""
    data = path.read_bytes()
    if not data.startswith(_MAGIC):
        raise ValueError(f"{path} is not a hama weight file: it starts with {data[:6]!r}, expected {_MAGIC!r}")
    (count,) = struct.unpack_from("<I", data, 8)
    at = 12
    entries: list[tuple[str, np.dtype, tuple[int, ...], int, int]] = []
    for _ in range(count):
        (name_length,) = struct.unpack_from("<H", data, at)
        at += 2
        name = data[at : at + name_length].decode()
        at += name_length
        element_type, rank = data[at], data[at + 1]
        at += 2
        dims = struct.unpack_from(f"<{rank}I", data, at)
        at += 4 * rank
        offset, size = struct.unpack_from("<QQ", data, at)
        at += 16
        entries.append((name, _ELEMENT_TYPES[element_type], dims, offset, size))
    start = (at + 15) // 16 * 16
    tensors: dict[str, Tensor] = {}
    for name, dtype, dims, offset, size in entries:
        values = np.frombuffer(data, dtype, size // dtype.itemsize, start + offset)
        tensors[name] = torch.from_numpy(values.astype(np.float32).reshape(dims))
    return tensors
