"""How well-behaved clients fare beside silent and slow ones, and what very large tensors leave behind."""

import random
import time
from collections.abc import Iterator, Sequence
from statistics import median

from . import grpc_infer, http_infer, process_figures
from .cases import Case
from .connections import SlowClients, silent_connections
from .errors import ComparisonError
from .load_generators import Load, LoadGenerators
from .progress import Progress
from .results import LargeTensorFigures, SiegeFigures
from .servers import Server

_SIEGE_CASES = (Case("http", "64B", 16, 4, "wrk"), Case("grpc", "64B", 16, 4, "perf_analyzer"))


def measure_siege(
    servers: Sequence[Server],
    rounds: int,
    seconds: float,
    silent: int,
    slow: int,
    generators: LoadGenerators,
    progress: Progress,
) -> Iterator[SiegeFigures]:
    """Alternates measurements alone and beside the others, so that a slow spell of the machine meets both."""
    pairs = [(server, case) for server in servers for case in _SIEGE_CASES if server.grpc or not case.needs_grpc]
    progress.expect(2 * rounds * len(pairs))
    for server, case in pairs:
        try:
            yield _besiege(server, case, rounds, seconds, silent, slow, generators, progress)
        except (ComparisonError, OSError) as error:
            progress.note(f"{server.name} is left out of {case.name}: {error}")


def _besiege(
    server: Server,
    case: Case,
    rounds: int,
    seconds: float,
    silent: int,
    slow: int,
    generators: LoadGenerators,
    progress: Progress,
) -> SiegeFigures:
    address = server.grpc if case.needs_grpc else server.http
    before: list[Load] = []
    beside: list[Load] = []
    closed = 0
    for number in range(rounds):
        progress.step(f"{case.name} on {server.name} alone, round {number + 1}")
        before.append(generators.run(case, server, seconds))
        progress.step(f"{case.name} on {server.name} beside {silent} silent, {slow} slow, round {number + 1}")
        with silent_connections(address, case.protocol, silent):
            with SlowClients(address, case.protocol, slow) as clients:
                time.sleep(0.5)
                beside.append(generators.run(case, server, seconds))
            closed += clients.closed_by_server
    return SiegeFigures(
        server=server.name,
        protocol="gRPC" if case.needs_grpc else "HTTP",
        silent_connections=silent,
        slow_connections=slow,
        p50_before=median(load.p50 for load in before),
        p99_before=median(load.p99 for load in before),
        p50_beside=median(load.p50 for load in beside),
        p99_beside=median(load.p99 for load in beside),
        closed_by_server=closed,
    )


def measure_large_tensors(
    servers: Sequence[Server], sizes: Sequence[int], progress: Progress
) -> Iterator[LargeTensorFigures]:
    """Sends each size over each protocol once and compares every byte of the answer."""
    progress.expect(sum(1 + bool(server.grpc) for server in servers) * len(sizes))
    for size in sizes:
        data = _random_bytes(size - size % 4)
        for server in servers:
            for protocol in ("HTTP", "gRPC") if server.grpc else ("HTTP",):
                progress.step(f"{size / 1e6:.0f} MB to {server.name} over {protocol}")
                yield _send(server, protocol, data)


def _random_bytes(size: int) -> bytes:
    generator = random.Random(size)
    block = 1 << 24
    return b"".join(generator.randbytes(min(block, size - start)) for start in range(0, size, block))


def _send(server: Server, protocol: str, data: bytes) -> LargeTensorFigures:
    before = process_figures.memory(server.pid).now
    process_figures.reset_peak(server.pid)
    started = time.monotonic()
    try:
        answered = (
            grpc_infer.echo(server.grpc, data) if protocol == "gRPC" else http_infer.echo_binary(server.http, data)
        )
        outcome = "byte-exact" if answered == data else "other bytes"
        del answered
    except (ComparisonError, OSError) as error:
        outcome = str(error).splitlines()[0]
    seconds = time.monotonic() - started
    peak = process_figures.memory(server.pid).peak
    return LargeTensorFigures(
        server.name, protocol, len(data), outcome, seconds, before, peak, _settled(server, before)
    )


def _settled(server: Server, target: int, timeout: float = 12.0) -> int:
    """Memory when it is back near what it was, or after the time that a server may take to give it back."""
    deadline = time.monotonic() + timeout
    while True:
        now = process_figures.memory(server.pid).now
        if now < target + 8_000_000 or time.monotonic() > deadline:
            return now
        time.sleep(0.1)
