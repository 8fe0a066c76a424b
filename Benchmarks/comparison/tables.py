"""Tables of figures, for a terminal and for Markdown."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from .cases import Case
from .results import CycleFigures, IdleFigures, LargeTensorFigures, LoadingFigures, SiegeFigures, Summary

Rows = Sequence[Sequence[str]]
_NONE = "–"


def count(value: float) -> str:
    """Three digits that matter: 0.123, 1.23, 12.3, 1,235."""
    if value == 0:
        return "0"
    for digits, limit in ((3, 1), (2, 10), (1, 100)):
        if abs(value) < limit:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"


def milliseconds(microseconds: float) -> str:
    return count(microseconds / 1000)


def megabytes(value: float) -> str:
    return count(value / 1e6)


def text_table(header: Sequence[str], rows: Rows) -> str:
    """The first two columns flush left, figures flush right."""
    widths = [max(len(row[index]) for row in [header, *rows]) for index in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        aligned = [c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))]
        return "  ".join(aligned).rstrip()

    return "\n".join([line(header), line(["-" * width for width in widths]), *map(line, rows)])


def markdown_table(header: Sequence[str], rows: Rows, text_columns: int = 1) -> str:
    alignment = ["---" if index < text_columns else "---:" for index in range(len(header))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, alignment, *rows])


def load_text(cases: Sequence[Case], summaries: Sequence[Summary]) -> str:
    header = ["case", "server", "CPU us/req", "with children", "req/s", "p50 ms", "p99 ms", "peak MB", "after MB"]
    titles = {case.name: case.title for case in cases}
    rows = [
        [
            titles[one.case], one.server, count(one.cpu), count(one.cpu_with_children), count(one.requests_per_second),
            milliseconds(one.p50), milliseconds(one.p99), megabytes(one.peak_memory), megabytes(one.memory_after),
        ]
        for one in summaries
    ]  # fmt: skip
    return text_table(header, rows)


def load_markdown(cases: Sequence[Case], summaries: Sequence[Summary], reference: str) -> str:
    """Tables with a row a case and a column a server: CPU, then throughput and latency, then memory.

    `reference` is the server whose CPU time the others' is divided by.
    """
    servers = list(dict.fromkeys(one.server for one in summaries))
    others = [server for server in servers if server != reference and reference in servers]
    rows = [(case.title, {one.server: one for one in summaries if one.case == case.name}) for case in cases]

    def pivot(header: Sequence[str], cells: Callable[[Mapping[str, Summary]], list[str]]) -> str:
        return markdown_table(["", *header], [[title, *cells(figures)] for title, figures in rows if figures])

    cpu = pivot(
        [*servers, *(f"{server} / {reference}" for server in others)],
        lambda figures: [
            *(_cpu(figures.get(server)) for server in servers),
            *(_ratio(figures.get(server), figures.get(reference)) for server in others),
        ],
    )
    speed = pivot(servers, lambda figures: [_speed(figures.get(server)) for server in servers])
    memory = pivot(servers, lambda figures: [_memory(figures.get(server)) for server in servers])
    return (
        "Server CPU microseconds per request; in brackets with child processes, where a server has any.\n\n"
        f"{cpu}\n\nRequests per second · p50 · p99 in milliseconds.\n\n{speed}\n\n"
        f"Resident memory in megabytes of the server's process: peak under the load, and after it.\n\n{memory}"
    )


def _cpu(one: Summary | None) -> str:
    if one is None:
        return _NONE
    has_children = one.cpu_with_children > one.cpu
    return count(one.cpu) + (f" ({count(one.cpu_with_children)})" if has_children else "")


def _ratio(one: Summary | None, reference: Summary | None) -> str:
    return f"{one.cpu / reference.cpu:.2f}" if one and reference and reference.cpu else _NONE


def _speed(one: Summary | None) -> str:
    if one is None:
        return _NONE
    return f"{count(one.requests_per_second)} · {milliseconds(one.p50)} · {milliseconds(one.p99)}"


def _memory(one: Summary | None) -> str:
    return _NONE if one is None else f"{megabytes(one.peak_memory)}, {megabytes(one.memory_after)}"


IDLE_HEADER = ("server", "threads", "CPU µs/s", "with children", "switches/s", "memory MB", "KB per connection")


def idle_rows(figures: Sequence[IdleFigures]) -> list[list[str]]:
    return [
        [
            one.server, str(one.threads), count(one.cpu_per_second), count(one.cpu_per_second_with_children),
            count(one.context_switches_per_second), megabytes(one.memory),
            ", ".join(f"{protocol} {count(size / 1000)}" for protocol, size in one.bytes_per_connection.items()),
        ]
        for one in figures
    ]  # fmt: skip


SIEGE_HEADER = ("server", "protocol", "p50 ms alone", "beside", "p99 ms alone", "beside", "p99 ratio", "closed")


def siege_rows(figures: Sequence[SiegeFigures]) -> list[list[str]]:
    return [
        [
            one.server, one.protocol, milliseconds(one.p50_before), milliseconds(one.p50_beside),
            milliseconds(one.p99_before), milliseconds(one.p99_beside), f"{one.ratio:.2f}", str(one.closed_by_server),
        ]
        for one in figures
    ]  # fmt: skip


LARGE_HEADER = ("server", "tensor", "outcome", "seconds", "memory MB before", "peak", "after")


def large_rows(figures: Sequence[LargeTensorFigures]) -> list[list[str]]:
    return [
        [
            one.server, f"{one.protocol} {one.size / 1e6:.0f} MB", one.outcome, f"{one.seconds:.2f}",
            megabytes(one.memory_before), megabytes(one.peak_memory), megabytes(one.memory_after),
        ]
        for one in figures
    ]  # fmt: skip


LOADING_HEADER = (
    "load", "req/s alone", "beside", "p50 ms alone", "beside", "p99 ms alone", "beside", "p99 ratio", "ratio bystander",
    "rounds alone", "rounds bystander", "rounds beside", "loads", "s per load",
)  # fmt: skip


def loading_rows(figures: Sequence[LoadingFigures]) -> Rows:
    """The p99 of each round stands beside the medians: their spread says what the ratio is worth."""
    return [
        [
            one.case, count(one.requests_per_second_alone), count(one.requests_per_second_beside),
            milliseconds(one.p50_alone), milliseconds(one.p50_beside),
            milliseconds(median(one.p99_alone)), milliseconds(median(one.p99_beside)), f"{one.ratio:.2f}",
            f"{one.bystander_ratio:.2f}", " ".join(map(milliseconds, one.p99_alone)),
            " ".join(map(milliseconds, one.p99_bystander)), " ".join(map(milliseconds, one.p99_beside)),
            str(one.loads), f"{one.seconds_per_load:.2f}",
        ]
        for one in figures
    ]  # fmt: skip


CYCLES_HEADER = (
    "cycles", "minutes", "MB first", "MB lowest", "MB highest", "MB last", "bytes per cycle", "threads", "descriptors",
)  # fmt: skip


def cycles_rows(figures: CycleFigures) -> Rows:
    return [
        [
            f"{len(figures.memory):,}", f"{figures.seconds / 60:.1f}", megabytes(figures.memory[0]),
            megabytes(min(figures.settled)), megabytes(max(figures.settled)), megabytes(figures.memory[-1]),
            f"{figures.bytes_per_cycle:,.0f}", _span(figures.threads), _span(figures.descriptors),
        ]
    ]  # fmt: skip


def _span(values: Sequence[int]) -> str:
    return str(min(values)) if min(values) == max(values) else f"{min(values)} to {max(values)}"
