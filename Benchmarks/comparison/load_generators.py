"""Runs wrk and perf_analyzer and reads what they report."""

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path

from . import http_infer
from .cases import Case, float_values
from .errors import LoadFailed, last_lines
from .installation import PERF_ANALYZER
from .processes import OwnedProcess
from .repositories import INPUT, MODEL
from .servers import Server

_SCRIPT = Path(__file__).resolve().parent.parent / "infer.lua"
_WINDOWS = 3
_LONGEST_WINDOW_MS = 16_000


@dataclass(frozen=True)
class Load:
    """What a load generator saw of a server. Latencies are microseconds."""

    requests_per_second: float
    p50: float
    p99: float


class LoadGenerators:
    """Puts load on a server; files that it needs lie in `scratch`."""

    def __init__(self, scratch: Path):
        self._scratch = scratch

    def run(self, case: Case, server: Server, seconds: float) -> Load:
        if case.generator == "wrk":
            return self._run_wrk(case, server, seconds)
        return self._run_perf_analyzer(case, server, seconds)

    def _run_wrk(self, case: Case, server: Server, seconds: float) -> Load:
        body, header_length = self._body_file(case)
        duration = max(1, math.ceil(seconds))
        command = ["wrk", "-t", "1", "-c", str(case.concurrency), "-d", f"{duration}s", "--timeout", "60s"]
        command += ["-s", str(_SCRIPT), f"http://{server.http}", "--"]
        command += [str(body), http_infer.PATH, str(header_length)]
        process = OwnedProcess(command, self._scratch / "wrk.log")
        status = process.wait(duration + 90)
        if status != 0:
            raise LoadFailed(f"wrk ended with status {status} on {case.name}:\n{last_lines(process.log)}")
        return parse_wrk(process.log, case.name)

    def _body_file(self, case: Case) -> tuple[Path, int]:
        if case.protocol == "json":
            request = http_infer.json_request(float_values(case.elements))
        else:
            request = http_infer.binary_request(bytes(4 * case.elements))
        file = self._scratch / f"{case.protocol}-{case.size}.body"
        if not file.exists():
            file.write_bytes(request.body)
        return file, request.header_length

    def _run_perf_analyzer(self, case: Case, server: Server, seconds: float) -> Load:
        """Slow servers answer nothing within a short window, which perf_analyzer calls an error: longer ones then."""
        window = max(100, round(seconds * 1000 / _WINDOWS))
        while True:
            report = self._scratch / "perf_analyzer.csv"
            report.unlink(missing_ok=True)
            process = OwnedProcess(
                [str(PERF_ANALYZER), *perf_analyzer_arguments(case, server, window, report)],
                self._scratch / "perf_analyzer.log",
            )
            status = process.wait(60 + 10 * window / 1000)
            if status == 0 and report.exists():
                return parse_perf_analyzer(report.read_text(), case.name)
            if "No valid requests recorded" not in process.log or window >= _LONGEST_WINDOW_MS:
                raise LoadFailed(f"perf_analyzer ended with status {status} on {case.name}:\n{last_lines(process.log)}")
            window *= 2


def perf_analyzer_arguments(case: Case, server: Server, window: int, report: Path) -> list[str]:
    """Three windows whatever their spread: its own search for a stable state would take a different time per server."""
    protocol, address = ("grpc", server.grpc) if case.needs_grpc else ("http", server.http)
    arguments = ["-m", MODEL, "-i", protocol, "-u", address, "--shape", f"{INPUT}:{case.elements}"]
    load = ["--request-rate-range", str(case.rate)] if case.rate else ["--concurrency-range", str(case.concurrency)]
    arguments += [*load, "--input-data", "zero"]
    arguments += ["-p", str(window), "-r", str(_WINDOWS), "-s", "999", "-f", str(report)]
    return arguments + (["--async", "--streaming"] if case.protocol == "stream" else [])


def parse_perf_analyzer(report: str, case: str) -> Load:
    """Reads the table that perf_analyzer writes with -f: a header and a line."""
    rows = list(csv.DictReader(report.splitlines()))
    if not rows:
        raise LoadFailed(f"perf_analyzer reported nothing on {case}")
    try:
        row = rows[0]
        return Load(float(row["Inferences/Second"]), float(row["p50 latency"]), float(row["p99 latency"]))
    except (KeyError, ValueError) as error:
        raise LoadFailed(f"perf_analyzer's table on {case} lacks a number: {error}") from error


def parse_wrk(output: str, case: str) -> Load:
    """Reads the last line, which the script prints."""
    line = next((line for line in reversed(output.splitlines()) if line.startswith("{")), None)
    if line is None:
        raise LoadFailed(f"wrk reported nothing on {case}:\n{last_lines(output)}")
    report = json.loads(line)
    for kind in ("status_errors", "socket_errors"):
        if report[kind]:
            raise LoadFailed(f"wrk saw {report[kind]} {kind.replace('_', ' ')} on {case}")
    if report["requests"] == 0:
        raise LoadFailed(f"no request was answered on {case}; give it more --seconds")
    rate = report["requests"] / (report["duration_us"] / 1e6)
    return Load(rate, float(report["p50_us"]), float(report["p99_us"]))
