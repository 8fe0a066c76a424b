"""Reads Whisper weights from a CTranslate2 model folder (model.bin, config.json, vocabulary.txt).

model.bin, little endian: u32 binary version, the specification's name, u32 revision, u32 variable count; per variable
its name, u8 rank, rank x u32 dimensions, u8 element type, u32 size in bytes and the data; then u32 alias count and
pairs of names. A name is u16 length (with its final NUL) and the bytes.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

_ELEMENT_TYPES = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    4: np.dtype("<f2"),
}
_ENGLISH_VOCABULARY = 51864


@dataclass(frozen=True)
class WhisperWeights:
    """Variables of the model by CTranslate2 name, and what decoding needs to know."""

    variables: dict[str, Tensor]
    token_bytes: list[bytes]
    start_token: int
    end_token: int
    no_timestamps_token: int
    suppressed: list[int]
    suppressed_first: list[int]

    def layers(self, side: str) -> int:
        """Number of transformer layers of the `encoder` or `decoder`."""
        prefix = f"{side}/layer_"
        numbers = {name.removeprefix(prefix).split("/")[0] for name in self.variables if name.startswith(prefix)}
        return sum(number.isdigit() for number in numbers)


def read_whisper(folder: Path) -> WhisperWeights:
    """The English-only Whisper model in `folder`."""
    variables = _read_variables(folder / "model.bin")
    vocabulary_size = variables["decoder/embeddings/weight"].shape[0]
    if vocabulary_size != _ENGLISH_VOCABULARY:
        raise ValueError(f"{folder}: vocabulary of {vocabulary_size}, expected English-only Whisper's {_ENGLISH_VOCABULARY}")
    config = json.loads((folder / "config.json").read_text())
    end_token = 50256
    tokens = (folder / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    return WhisperWeights(
        variables=variables,
        token_bytes=[_bytes_of_token(token) for token in tokens[:end_token]],
        start_token=50257,
        end_token=end_token,
        no_timestamps_token=50362,
        suppressed=config["suppress_ids"],
        suppressed_first=config["suppress_ids_begin"],
    )


def _read_variables(path: Path) -> dict[str, Tensor]:
    data = path.read_bytes()
    at = 0

    def take(layout: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + layout, data, at)
        at += struct.calcsize("<" + layout)
        return value

    def take_name() -> str:
        nonlocal at
        length = take("H")
        name = data[at : at + length - 1].decode()
        at += length
        return name

    take("I")
    take_name()
    take("I")
    variables: dict[str, Tensor] = {}
    for _ in range(take("I")):
        name = take_name()
        shape = [take("I") for _ in range(take("B"))]
        dtype = _ELEMENT_TYPES[take("B")]
        size = take("I")
        values = np.frombuffer(data, dtype, size // dtype.itemsize, at).reshape(shape)
        variables[name] = torch.from_numpy(values.astype(np.float32))
        at += size
    return variables


def _unicode_of_byte() -> dict[str, int]:
    """Byte-level BPE writes every byte as a printable character: itself where it has one, else from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    table.update({chr(0x100 + index): byte for index, byte in enumerate(others)})
    return table


_BYTE_OF_CHARACTER = _unicode_of_byte()


def _bytes_of_token(token: str) -> bytes:
    return bytes(_BYTE_OF_CHARACTER[character] for character in token)
