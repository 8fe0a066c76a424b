"""Reading what load generators and the system report, and condensing it."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comparison import process_figures
from comparison.cases import all_cases, float_values, select
from comparison.errors import ComparisonError, LoadFailed
from comparison.load_generators import Load, parse_perf_analyzer, parse_wrk
from comparison.processes import OwnedProcess
from comparison.results import Sample, Summary, from_json, summarize, to_json

PERF_ANALYZER = """\
Concurrency,Inferences/Second,Client Send,Network+Server Send/Recv,p50 latency,p90 latency,p95 latency,p99 latency
16,3436.99,73,466,3781,7280,8029,12273
"""

BUSY = """\
import time
end = time.process_time() + 0.1
while time.process_time() < end:
    pass
print(1, flush=True)
input()
"""


def sample(round: int, cpu: float, server: str = "a", peak: int = 100) -> Sample:
    return Sample("http/64B/c1/wrk", server, round, 1000, 0, cpu, cpu * 2, 5000 + round, 20, 90, peak, peak, 50)


def test_perf_analyzers_table_is_read_by_the_names_of_its_columns() -> None:
    assert parse_perf_analyzer(PERF_ANALYZER, "case") == Load(3436.99, 3781, 12273)


@pytest.mark.parametrize(
    "report", ["", "Concurrency\n", "Concurrency,p50 latency\n1,2\n", PERF_ANALYZER.replace("3781", "-")]
)
def test_a_table_without_the_figures_is_an_error(report: str) -> None:
    with pytest.raises(LoadFailed):
        parse_perf_analyzer(report, "case")


def test_wrks_last_line_is_read() -> None:
    line = (
        '{"requests": 3000, "duration_us": 1500000, "p50_us": 10, "p99_us": 30, "status_errors": 0, "socket_errors": 0}'
    )
    assert parse_wrk(f"Running 1s test\n  1 threads\n{line}\n", "case") == Load(2000, 10, 30)
    with pytest.raises(LoadFailed, match="4 status errors"):
        parse_wrk(line.replace('"status_errors": 0', '"status_errors": 4'), "case")
    with pytest.raises(LoadFailed, match="no request"):
        parse_wrk(line.replace("3000", "0"), "case")
    with pytest.raises(LoadFailed, match="unable to connect"):
        parse_wrk("unable to connect to 127.0.0.1:1 Connection refused\n", "case")


def test_a_summary_holds_medians_of_each_server() -> None:
    summaries = summarize([sample(0, 9.0), sample(0, 1.0, "b"), sample(1, 3.0, peak=300), sample(2, 4.0)])
    assert [one.server for one in summaries] == ["a", "b"]
    first = summaries[0]
    assert (first.cpu, first.cpu_lowest, first.cpu_highest, first.cpu_with_children) == (4, 3, 9, 8)
    assert (first.rounds, first.requests_per_second, first.peak_memory) == (3, 5001, 100)
    assert from_json(Summary, to_json(summaries)) == summaries


def test_cases_are_chosen_by_pattern() -> None:
    assert [case.name for case in select(["grpc/64B/c4/*"])] == ["grpc/64B/c4/perf_analyzer"]
    assert select(None) == all_cases()
    assert {case.protocol for case in select(None, quick=True)} == {"http", "json", "grpc", "stream"}
    assert len({case.name for case in all_cases()}) == len(all_cases())
    with pytest.raises(ComparisonError, match="no case matches 'grcp/"):
        select(["http/*", "grcp/*"])


def test_float_values_survive_json_as_fp32() -> None:
    values = float_values(1000)
    assert float_values(1000) == values
    assert len(set(values)) > 990


def test_cpu_time_is_that_of_all_threads_and_of_children_apart() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline() == b"1\n"
        used = process_figures.usage(os.getpid())
        own = resource.getrusage(resource.RUSAGE_SELF)
        assert used.own == pytest.approx((own.ru_utime + own.ru_stime) * 1e6, abs=50_000)
        assert used.with_children - used.own > 100_000
        assert child.pid in process_figures.descendants(os.getpid())
        memory = process_figures.memory(os.getpid())
        assert 0 < memory.now <= memory.peak < memory.peak_with_children
        child.communicate(b"\n")
    assert not process_figures.is_alive(child.pid)


def test_a_stopped_process_leaves_no_child(tmp_path: Path) -> None:
    process = OwnedProcess(["sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait; wait"], tmp_path / "log")
    deadline = time.monotonic() + 10
    while not process.log.strip() and time.monotonic() < deadline:
        time.sleep(0.01)
    grandchild = int(process.log)
    process.stop(grace=0.05)
    process.stop()
    assert not process_figures.is_alive(process.pid)
    deadline = time.monotonic() + 10
    while process_figures.is_alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not process_figures.is_alive(grandchild)


def test_the_end_of_a_process_is_told(tmp_path: Path) -> None:
    assert OwnedProcess(["sh", "-c", "exit 3"], tmp_path / "log").wait(10) == 3
    with pytest.raises(ComparisonError, match="did not end within"):
        OwnedProcess(["sleep", "60"], tmp_path / "log").wait(0.05)
    with pytest.raises(ComparisonError, match="cannot run no-such-program"):
        OwnedProcess(["no-such-program"], tmp_path / "log")
