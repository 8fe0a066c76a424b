"""Puts each case on each server in turn and takes their figures."""

from array import array
from collections.abc import Iterator, Sequence

from . import grpc_infer, http_infer, process_figures
from .cases import Case, float_values
from .errors import ComparisonError, LoadFailed
from .load_generators import LoadGenerators
from .progress import Progress
from .results import Sample
from .servers import Server


def measure(
    cases: Sequence[Case],
    servers: Sequence[Server],
    rounds: int,
    seconds: float,
    generators: LoadGenerators,
    progress: Progress,
) -> Iterator[Sample]:
    """Alternates the servers within each round, so that a slow spell of the machine meets all of them.

    Small cases come first: memory that a large one leaves with a server would count as theirs. A case that a
    server fails or answers wrongly is told and left out of its figures.
    """
    cases = sorted(cases, key=lambda case: case.elements)
    progress.expect(rounds * sum(len(_able(servers, case)) for case in cases))
    for case in cases:
        able = [server for server in _able(servers, case) if _is_right(server, case, progress)]
        for number in range(rounds):
            for server in able:
                progress.step(f"{case.name} on {server.name}, round {number + 1} of {rounds}")
                try:
                    yield _sample(case, server, number, seconds, generators)
                except LoadFailed as error:
                    progress.note(f"{server.name}: {error}")


def _able(servers: Sequence[Server], case: Case) -> list[Server]:
    return [server for server in servers if server.grpc or not case.needs_grpc]


def _sample(case: Case, server: Server, number: int, seconds: float, generators: LoadGenerators) -> Sample:
    server.wait_until_quiet()
    process_figures.reset_peak(server.pid)
    counts_before = server.counts()
    usage_before = process_figures.usage(server.pid)
    load = generators.run(case, server, seconds)
    server.wait_until_quiet()
    usage = process_figures.usage(server.pid)
    counts = server.counts()
    memory = process_figures.memory(server.pid)
    requests = counts.succeeded - counts_before.succeeded
    if requests <= 0:
        raise LoadFailed(f"the server counted no request on {case.name}")
    return Sample(
        case=case.name,
        server=server.name,
        round=number,
        requests=requests,
        failed=counts.failed - counts_before.failed,
        cpu=(usage.own - usage_before.own) / requests,
        cpu_with_children=(usage.with_children - usage_before.with_children) / requests,
        requests_per_second=load.requests_per_second,
        p50=load.p50,
        p99=load.p99,
        peak_memory=memory.peak,
        peak_memory_with_children=memory.peak_with_children,
        memory_after=memory.now,
    )


def _is_right(server: Server, case: Case, progress: Progress) -> bool:
    try:
        check_answer(server, case)
    except (ComparisonError, OSError) as error:
        progress.note(f"{server.name} is left out of {case.name}: {error}")
        return False
    return True


def check_answer(server: Server, case: Case) -> None:
    """A server that answers fast but wrongly must not be measured."""
    values = float_values(min(case.elements, 200_000))
    if case.protocol == "json":
        right = http_infer.echo_json(server.http, values) == values
    else:
        data = array("f", values).tobytes()
        answered = grpc_infer.echo(server.grpc, data) if case.needs_grpc else http_infer.echo_binary(server.http, data)
        right = answered == data
    if not right:
        raise ComparisonError(f"{server.name} does not answer with what was sent on {case.name}")
