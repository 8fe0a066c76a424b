"""The figures of a comparison, and their form in JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import linear_regression, median
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One run of a load generator against one server.

    CPU is microseconds of server time per request, of the server's process alone and with its child processes.
    Latencies are microseconds, memory is resident bytes; the peak is the highest while the load ran.
    """

    case: str
    server: str
    round: int
    requests: int
    failed: int
    cpu: float
    cpu_with_children: float
    requests_per_second: float
    p50: float
    p99: float
    peak_memory: int
    peak_memory_with_children: int
    memory_after: int


@dataclass(frozen=True)
class Summary:
    """The medians of a case's samples on one server, and the extremes of CPU."""

    case: str
    server: str
    rounds: int
    failed: int
    cpu: float
    cpu_lowest: float
    cpu_highest: float
    cpu_with_children: float
    requests_per_second: float
    p50: float
    p99: float
    peak_memory: int
    peak_memory_with_children: int
    memory_after: int


_MEDIANS = ("cpu", "cpu_with_children", "requests_per_second", "p50", "p99")
_MEMORY = ("peak_memory", "peak_memory_with_children", "memory_after")


def summarize(samples: Iterable[Sample]) -> list[Summary]:
    """One summary for each case and server, in the order of their first samples."""
    groups: dict[tuple[str, str], list[Sample]] = {}
    for sample in samples:
        groups.setdefault((sample.case, sample.server), []).append(sample)
    return [_summarize_group(case, server, group) for (case, server), group in groups.items()]


def _summarize_group(case: str, server: str, group: Sequence[Sample]) -> Summary:
    medians: dict[str, Any] = {name: median(getattr(sample, name) for sample in group) for name in _MEDIANS}
    memory: dict[str, Any] = {name: round(median(getattr(sample, name) for sample in group)) for name in _MEMORY}
    cpu = [sample.cpu for sample in group]
    failed = sum(sample.failed for sample in group)
    return Summary(case, server, len(group), failed, cpu_lowest=min(cpu), cpu_highest=max(cpu), **medians, **memory)


@dataclass(frozen=True)
class IdleFigures:
    """What a server costs that nobody uses, and what connections cost that are open but silent.

    CPU is microseconds a second; memory is resident bytes of the server's process. `bytes_per_connection` has an entry
    for each protocol.
    """

    server: str
    seconds: float
    threads: int
    cpu_per_second: float
    cpu_per_second_with_children: float
    context_switches_per_second: float
    memory: int
    memory_with_children: int
    connections: int
    bytes_per_connection: dict[str, float]


@dataclass(frozen=True)
class SiegeFigures:
    """Latency of a well-behaved client, alone and beside silent and slow ones; microseconds, medians of the rounds."""

    server: str
    protocol: str
    silent_connections: int
    slow_connections: int
    p50_before: float
    p99_before: float
    p50_beside: float
    p99_beside: float
    closed_by_server: int

    @property
    def ratio(self) -> float:
        return self.p99_beside / self.p99_before


@dataclass(frozen=True)
class LargeTensorFigures:
    """A tensor sent and answered once. `outcome` is `byte-exact` or what went wrong; memory is resident bytes."""

    server: str
    protocol: str
    size: int
    outcome: str
    seconds: float
    memory_before: int
    peak_memory: int
    memory_after: int


@dataclass(frozen=True)
class LoadingFigures:
    """Latency of a model alone, beside a process that only computes, and while another model loads and unloads.

    Microseconds. Lists have an entry a round.
    """

    case: str
    loads: int
    seconds_per_load: float
    requests_per_second_alone: float
    requests_per_second_beside: float
    p50_alone: float
    p50_beside: float
    p99_alone: list[float]
    p99_bystander: list[float]
    p99_beside: list[float]

    @property
    def ratio(self) -> float:
        return median(self.p99_beside) / median(self.p99_alone)

    @property
    def bystander_ratio(self) -> float:
        return median(self.p99_bystander) / median(self.p99_alone)


@dataclass(frozen=True)
class CycleFigures:
    """The process each time a model has been loaded, used and unloaded: resident bytes, threads, open descriptors."""

    seconds: float
    memory: list[int]
    threads: list[int]
    descriptors: list[int]

    @property
    def settled(self) -> list[int]:
        """Memory without the first tenth, in which the allocator finds its size."""
        return self.memory[len(self.memory) // 10 :]

    @property
    def bytes_per_cycle(self) -> float:
        """The slope of the line of least squares through the settled memory."""
        values = self.settled
        return linear_regression(range(len(values)), values).slope if len(values) > 1 else 0.0


def to_json(figures: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(one) for one in figures]


def from_json(kind: type, entries: Iterable[dict[str, Any]]) -> list[Any]:
    names = [field.name for field in fields(kind)]
    return [kind(**{name: entry[name] for name in names}) for entry in entries]


def save(path: Path, document: dict[str, Any]) -> None:
    """Replaces the file whole: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(document, indent=1) + "\n")
    draft.replace(path)
