"""Replays recorded exchanges of the reference server: every answer is the same, or allow.txt says why it is not.

The recordings lie outside the repository, in ../shared/golden beside the checkout or where NEREID_GOLDEN says.
"""

import fnmatch
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Integration"))
from nereid_server import ROOT, NereidServer  # noqa: E402

RECORDINGS = Path(os.environ.get("NEREID_GOLDEN", ROOT.parent / "shared" / "golden"))
# As the reference was started for each kind of recording; it had client shared memory always on.
COMMON = ["--exit-on-error=false", "--strict-readiness=false", "--cache-config=local,size=1048576", "--allow-client-shm=true"]
FLAGS = {
    "main": COMMON,
    "explicit": [*COMMON, "--model-control-mode=explicit", "--load-model=id_fp32"],
    "clients": ["--allow-client-shm=true"],
}
REPOSITORIES = {"main": "repo", "explicit": "repo", "clients": "client_repo"}
AREAS = {
    "main": [
        "health", "metadata", "config", "repository", "infer_good", "infer_bad", "generate", "shared_memory", "queue",
        "stats", "metrics", "settings",
    ],
    "explicit": ["load_unload"],
    "clients": ["client_captures"],
}  # fmt: skip

pytestmark = pytest.mark.skipif(
    not (RECORDINGS / "replay.py").exists(), reason=f"no recorded exchanges in {RECORDINGS}"
)


def replay(mode: str, folder: Path) -> list[dict]:
    """One entry a record: area, id, class, note, diff."""
    repository = folder / mode
    shutil.copytree(RECORDINGS / REPOSITORIES[mode], repository)
    repository.chmod(0o755)
    with NereidServer(repository, folder / f"{mode}.log", *FLAGS[mode]) as server:
        command = [sys.executable, str(RECORDINGS / "replay.py"), "--mode", mode, "--http", server.url]
        command += ["--grpc", server.grpc_url, "--metrics", server.metrics_url, "--repo", str(repository)]
        command += ["--only", ",".join(AREAS[mode])]
        command += ["--format", "json", "--pid", str(server.process_id), str(RECORDINGS)]
        process = subprocess.run(command, capture_output=True, text=True)
        assert process.returncode in (0, 1), process.stderr
        return json.loads(process.stdout)["results"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    """Mode -> its results."""
    folder = tmp_path_factory.mktemp("golden")
    return {mode: replay(mode, folder) for mode in FLAGS}


def read_allowed() -> dict[str, str]:
    """Pattern of "area/id" -> why such an answer may differ."""
    lines = [line.strip() for line in (HERE / "allow.txt").read_text().splitlines()]
    return dict(line.split(None, 1) for line in lines if line and not line.startswith("#"))


def differing(results: list[dict]) -> list[dict]:
    return [entry for entry in results if entry["class"] not in ("SAME", "NOT_RUN")]


@pytest.mark.parametrize(("mode", "area"), [(mode, area) for mode, areas in AREAS.items() for area in areas])
def test_answers_are_the_same(results: dict[str, list[dict]], mode: str, area: str) -> None:
    run = [entry for entry in results[mode] if entry["area"] == area and entry["class"] != "NOT_RUN"]
    assert run, f"no record of {area} was replayed"
    allowed = read_allowed()
    unexplained = [
        entry
        for entry in differing(run)
        if not any(fnmatch.fnmatchcase(f"{area}/{entry['id']}", pattern) for pattern in allowed)
    ]
    same = sum(entry["class"] == "SAME" for entry in run)
    print(f"{area}: {same} of {len(run)} the same, {len(run) - same - len(unexplained)} differ as allowed")
    lines = [
        f"{entry['class']} {area}/{entry['id']} {entry['note']} {' | '.join(entry['diff'])}" for entry in unexplained
    ]
    assert not lines, "\n".join(lines)


def test_every_allowance_is_needed(results: dict[str, list[dict]]) -> None:
    keys = [f"{entry['area']}/{entry['id']}" for entries in results.values() for entry in differing(entries)]
    unneeded = [pattern for pattern in read_allowed() if not any(fnmatch.fnmatchcase(key, pattern) for key in keys)]
    assert not unneeded
