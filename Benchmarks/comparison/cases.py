"""What is sent: protocol, encoding, size, concurrency and load generator of each case."""

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from .errors import ComparisonError

Protocol = Literal["http", "json", "grpc", "stream"]
Generator = Literal["wrk", "perf_analyzer"]

CONCURRENCIES = (1, 4, 16)
_BINARY_CLIENTS: tuple[tuple[Protocol, Generator], ...] = (
    ("http", "wrk"), ("http", "perf_analyzer"), ("grpc", "perf_analyzer"),
)  # fmt: skip
_BINARY_ELEMENTS = {"64B": 16, "600KB": 150_000, "16MB": 4 * 1024 * 1024}
_JSON_ELEMENTS = {"16": 16, "150000": 150_000}


@dataclass(frozen=True)
class Case:
    """One kind of load.

    `http` is HTTP with binary tensors, `json` HTTP with JSON both ways, `grpc` ModelInfer, `stream` ModelStreamInfer.
    `elements` is the number of FP32 elements of the one tensor, which travels in both directions.
    """

    protocol: Protocol
    size: str
    elements: int
    concurrency: int
    generator: Generator
    """Requests in a second, for perf_analyzer; 0: as many as are answered."""
    rate: int = 0

    @property
    def name(self) -> str:
        load = f"{self.rate}rps" if self.rate else f"c{self.concurrency}"
        return f"{self.protocol}/{self.size}/{load}/{self.generator}"

    @property
    def needs_grpc(self) -> bool:
        return self.protocol in ("grpc", "stream")

    @property
    def title(self) -> str:
        """For tables and charts: `HTTP 64 B, 16 at a time (wrk)`."""
        protocol = {"http": "HTTP", "json": "HTTP JSON", "grpc": "gRPC", "stream": "gRPC stream"}[self.protocol]
        load = f"{self.rate} a second" if self.rate else f"c={self.concurrency}"
        return f"{protocol} {self._amount}, {load}{' (wrk)' if self.generator == 'wrk' else ''}"

    @property
    def _amount(self) -> str:
        if self.protocol == "json":
            return f"{self.elements:,} floats"
        return self.size.rstrip("KMB") + " " + self.size.lstrip("0123456789")


def all_cases() -> list[Case]:
    binary = [
        Case(protocol, size, elements, concurrency, generator)
        for protocol, generator in _BINARY_CLIENTS
        for size, elements in _BINARY_ELEMENTS.items()
        for concurrency in CONCURRENCIES
    ]
    json = [
        Case("json", size, elements, concurrency, "wrk")
        for size, elements in _JSON_ELEMENTS.items()
        for concurrency in CONCURRENCIES
    ]
    stream = [Case("stream", "64B", 16, concurrency, "perf_analyzer") for concurrency in CONCURRENCIES]
    return binary + json + stream


_QUICK = (
    "http/64B/c16/*", "http/600KB/c4/wrk", "http/16MB/c1/wrk", "json/*/c4/*", "grpc/64B/c16/*", "grpc/600KB/c4/*",
    "grpc/16MB/c1/*", "stream/64B/c16/*",
)  # fmt: skip


def select(patterns: Sequence[str] | None, quick: bool = False) -> list[Case]:
    """The cases whose names match one of the patterns, with * and ?; all, or the quick ones, without patterns."""
    patterns = patterns or (_QUICK if quick else ("*",))
    for pattern in patterns:
        if not any(fnmatchcase(case.name, pattern) for case in all_cases()):
            names = "\n".join("  " + case.name for case in all_cases())
            raise ComparisonError(f"no case matches {pattern!r}; the cases are\n{names}")
    return [case for case in all_cases() if any(fnmatchcase(case.name, pattern) for pattern in patterns)]


def float_values(count: int, seed: int = 1) -> list[float]:
    """FP32 values with about seven digits, as a model's features have."""
    generator = random.Random(seed)
    values = (float(f"{generator.gauss(0, 1):.7g}") for _ in range(count))
    return [struct.unpack("f", struct.pack("f", value))[0] for value in values]
