"""What servers cost while nobody uses them."""

import time
from collections.abc import Iterator, Sequence

from . import process_figures
from .cases import Case
from .connections import silent_connections, still_open
from .errors import ComparisonError
from .load_generators import LoadGenerators
from .progress import Progress
from .results import IdleFigures
from .servers import Server

_WARM_UP = Case("http", "64B", 16, 16, "perf_analyzer")


def measure(
    servers: Sequence[Server], seconds: float, connections: int, generators: LoadGenerators, progress: Progress
) -> Iterator[IdleFigures]:
    """After a short load: what a server does of its own, as spinning threads, often starts with the first request."""
    progress.expect(2 * len(servers))
    for server in servers:
        generators.run(_WARM_UP, server, 1)
        server.wait_until_quiet()
        progress.step(f"idle {server.name}, {seconds:.0f} s")
        usage, switches, started = _reading(server)
        time.sleep(seconds)
        usage_after, switches_after, ended = _reading(server)
        memory = process_figures.memory(server.pid)
        threads = process_figures.thread_count(server.pid)
        progress.step(f"{connections} silent connections to {server.name}")
        took = ended - started
        yield IdleFigures(
            server=server.name,
            seconds=seconds,
            threads=threads,
            cpu_per_second=(usage_after.own - usage.own) / took,
            cpu_per_second_with_children=(usage_after.with_children - usage.with_children) / took,
            context_switches_per_second=(switches_after - switches) / took,
            memory=memory.now,
            memory_with_children=memory.now_with_children,
            connections=connections,
            bytes_per_connection=_connection_sizes(server, connections, progress),
        )


def _reading(server: Server) -> tuple[process_figures.Usage, int, float]:
    return process_figures.usage(server.pid), process_figures.context_switches(server.pid), time.monotonic()


def _connection_sizes(server: Server, count: int, progress: Progress) -> dict[str, float]:
    sizes: dict[str, float] = {}
    for title, address, protocol in (("HTTP", server.http, "http"), ("gRPC", server.grpc, "grpc")):
        if not address:
            continue
        try:
            sizes[title] = _connection_size(server, address, protocol, count)
        except (ComparisonError, OSError) as error:
            progress.note(f"{server.name}, {title}: {error}")
    return sizes


def _connection_size(server: Server, address: str, protocol: str, count: int) -> float:
    before = process_figures.memory(server.pid).now
    with silent_connections(address, protocol, count) as connections:
        time.sleep(0.5)
        size = (process_figures.memory(server.pid).now - before) / count
        if still_open(connections) < count:
            raise ComparisonError(f"{server.name} closed some of {count} silent {protocol} connections within a second")
        return size
