"""Triton's load generator, a C++ client of both protocols, runs against the server and reports no error."""

import csv
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_files import identity_config, write_model
from nereid_server import ROOT, NereidServer

PROGRAM = ROOT / ".deps" / "perf-analyzer" / "run"

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="perf_analyzer is missing: scripts/prepare perf-analyzer")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NereidServer]:
    folder = tmp_path_factory.mktemp("models")
    write_model(folder, "numbers", identity_config("FP32", "16"))
    log = tmp_path_factory.mktemp("log") / "server.log"
    with NereidServer(folder, log, "--allow-client-shm=true") as server:
        yield server


def run(server: NereidServer, protocol: str, report: Path, *flags: str) -> dict[str, str]:
    """The last line of the report of one short run."""
    url = server.grpc_url if protocol == "grpc" else server.url
    command = [str(PROGRAM), "-m", "numbers", "-i", protocol, "-u", url, "-b", "1", "-f", str(report)]
    command += ["-p", "300", "-r", "6", "-s", "999", "--concurrency-range", "4", *flags]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    output = result.stdout + result.stderr
    assert result.returncode == 0 and "error" not in output.lower(), output
    rows = list(csv.DictReader(report.read_text().splitlines()))
    assert rows, output
    return rows[-1]


CASES = {
    "http": ("http", []),
    "http-async": ("http", ["--async"]),
    "http-shared-memory": ("http", ["--shared-memory", "system"]),
    "grpc": ("grpc", []),
    "grpc-async": ("grpc", ["--async"]),
    "grpc-streaming": ("grpc", ["--async", "--streaming"]),
    "grpc-compressed": ("grpc", ["--grpc-compression-algorithm", "gzip"]),
    "grpc-shared-memory": ("grpc", ["--shared-memory", "system"]),
}


@pytest.mark.parametrize("case", CASES)
def test_load(server: NereidServer, tmp_path: Path, case: str) -> None:
    protocol, flags = CASES[case]
    row = run(server, protocol, tmp_path / "report.csv", *flags)
    assert float(row["Inferences/Second"]) > 10
