"""Turns figures into what is printed, saved and published."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import dot_plot, line_plot, machine, performance_page, tables
from .cases import Case, all_cases
from .results import (
    CycleFigures,
    IdleFigures,
    LargeTensorFigures,
    LoadingFigures,
    Sample,
    SiegeFigures,
    Summary,
    from_json,
    summarize,
    to_json,
)  # fmt: skip
from .results import save as save_document

_REFERENCE = "triton"


@dataclass(frozen=True)
class Report:
    """`name` is that of its file, `text` is for a terminal, `document` for JSON."""

    name: str
    text: str
    document: dict[str, Any]


def load_report(samples: Iterable[Sample], rounds: int, seconds: float) -> Report:
    facts = machine.facts()
    taken = list(samples)
    order = [case.name for case in all_cases()]
    summaries = sorted(summarize(taken), key=lambda one: order.index(one.case))
    document = {
        "machine": facts,
        "rounds": rounds,
        "seconds": seconds,
        "summaries": to_json(summaries),
        "samples": to_json(taken),
    }
    return Report("load", tables.load_text(all_cases(), summaries), document)


def idle_report(figures: Iterable[IdleFigures], seconds: float) -> Report:
    facts = machine.facts()
    taken = list(figures)
    text = tables.text_table(tables.IDLE_HEADER, tables.idle_rows(taken))
    return Report("idle", text, {"machine": facts, "seconds": seconds, "figures": to_json(taken)})


def protection_report(siege: Iterable[SiegeFigures], large: Iterable[LargeTensorFigures]) -> Report:
    facts = machine.facts()
    besieged, sent = list(siege), list(large)
    text = "\n\n".join(
        (
            tables.text_table(tables.SIEGE_HEADER, tables.siege_rows(besieged)),
            tables.text_table(tables.LARGE_HEADER, tables.large_rows(sent)),
        )
    )
    return Report("protect", text, {"machine": facts, "siege": to_json(besieged), "large": to_json(sent)})


def loading_report(figures: Iterable[LoadingFigures], megabytes: int, rounds: int, seconds: float) -> Report:
    facts = machine.facts()
    taken = list(figures)
    document = {
        "machine": facts,
        "megabytes": megabytes,
        "rounds": rounds,
        "seconds": seconds,
        "figures": to_json(taken),
    }
    return Report("loading", tables.text_table(tables.LOADING_HEADER, tables.loading_rows(taken)), document)


def cycles_report(figures: CycleFigures, megabytes: int) -> Report:
    facts = machine.facts()
    text = tables.text_table(tables.CYCLES_HEADER, tables.cycles_rows(figures))
    return Report("cycles", text, {"machine": facts, "megabytes": megabytes, "figures": to_json([figures])})


def save(report: Report, folder: Path, is_quick: bool) -> Path:
    """Quick figures go to a file of their own: they are too few to be published."""
    path = folder / f"{report.name}{'-quick' if is_quick else ''}.json"
    save_document(path, report.document)
    if report.name == "load":
        _write_charts(report.document, path.parent, path.stem)
    return path


def write_page(folder: Path, page: Path) -> None:
    """Rewrites the figures of the page for which there are saved ones, and draws the charts beside it."""
    sections = {
        "load": _load_section,
        "idle": _idle_section,
        "protect": _protection_section,
        "loading": _loading_section,
        "cycles": _cycles_section,
    }
    for name, section in sections.items():
        saved = folder / f"{name}.json"
        if saved.exists():
            document = json.loads(saved.read_text())
            performance_page.rewrite(page, name, section(document))
            if name == "load":
                _write_charts(document, page.parent, "performance")
            if name == "cycles":
                (page.parent / "performance-cycles.svg").write_text(_cycles_chart(document))


def _load_section(document: dict[str, Any]) -> str:
    summaries = from_json(Summary, document["summaries"])
    return "\n\n".join(
        (
            machine.sentence(document["machine"]),
            f"Medians of {document['rounds']} rounds of {document['seconds']:g} seconds.",
            "![CPU microseconds per request](performance-cpu.svg)",
            "![Latency, 99th percentile](performance-p99.svg)",
            tables.load_markdown(all_cases(), summaries, _REFERENCE),
        )
    )


def _idle_section(document: dict[str, Any]) -> str:
    rows = tables.idle_rows(from_json(IdleFigures, document["figures"]))
    table = tables.markdown_table(tables.IDLE_HEADER, rows)
    return f"{machine.sentence(document['machine'])}\n\n{table}"


def _protection_section(document: dict[str, Any]) -> str:
    siege = tables.siege_rows(from_json(SiegeFigures, document["siege"]))
    large = tables.large_rows(from_json(LargeTensorFigures, document["large"]))
    return "\n\n".join(
        (
            machine.sentence(document["machine"]),
            tables.markdown_table(tables.SIEGE_HEADER, siege, text_columns=2),
            tables.markdown_table(tables.LARGE_HEADER, large, text_columns=3),
        )
    )


def _loading_section(document: dict[str, Any]) -> str:
    rows = tables.loading_rows(from_json(LoadingFigures, document["figures"]))
    return "\n\n".join(
        (
            machine.sentence(document["machine"]),
            f"The model that comes and goes has {document['megabytes']} MB. {document['rounds']} rounds of"
            f" {document['seconds']:g} seconds alone, beside a bystander (a process that only computes, of the lowest priority) and beside it, in turns;"
            " ratios of medians. The bystander shows what the machine and its system cost.",
            tables.markdown_table(tables.LOADING_HEADER, rows),
        )
    )


def _cycles_section(document: dict[str, Any]) -> str:
    [figures] = from_json(CycleFigures, document["figures"])
    return "\n\n".join(
        (
            machine.sentence(document["machine"]),
            f"A TorchScript model of {document['megabytes']} MB is loaded, asked once, and unloaded; each time it is gone,"
            " the process is looked at. The slope is that of the line of least squares, the first tenth left out.",
            tables.markdown_table(tables.CYCLES_HEADER, tables.cycles_rows(figures), text_columns=0),
            "![Resident memory after each unload](performance-cycles.svg)",
        )
    )


def _cycles_chart(document: dict[str, Any]) -> str:
    [figures] = from_json(CycleFigures, document["figures"])
    return line_plot.draw(
        "Resident memory after each unload", "loads and unloads", "MB", [value / 1e6 for value in figures.memory]
    )


def _write_charts(document: dict[str, Any], folder: Path, stem: str) -> None:
    summaries = from_json(Summary, document["summaries"])
    cpu = _chart(summaries, "Server CPU per request", "microseconds", lambda one: one.cpu)
    p99 = _chart(summaries, "Latency, 99th percentile", "milliseconds", lambda one: one.p99 / 1000)
    (folder / f"{stem}-cpu.svg").write_text(cpu)
    (folder / f"{stem}-p99.svg").write_text(p99)


def _chart(summaries: list[Summary], title: str, unit: str, figure: Any) -> str:
    series = list(dict.fromkeys(one.server for one in summaries))
    return dot_plot.draw(title, unit, series, [_row(case, summaries, figure) for case in all_cases()])


def _row(case: Case, summaries: list[Summary], figure: Any) -> dot_plot.Row:
    return dot_plot.Row(case.title, {one.server: figure(one) for one in summaries if one.case == case.name})
