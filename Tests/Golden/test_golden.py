"""Replays recorded exchanges of the reference server: every answer is the same, or allow.txt says why it is not.

The recordings lie outside the repository, in ../shared/golden beside the checkout or where NEREID_GOLDEN says.
"""

import fnmatch
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Integration"))
from nereid_server import ROOT, NereidServer  # noqa: E402

RECORDINGS = Path(os.environ.get("NEREID_GOLDEN", ROOT.parent / "shared" / "golden"))
AREAS = ["health", "metadata", "config", "repository", "infer_good", "infer_bad", "stats", "shared_memory", "settings", "generate"]
# As the reference was started for the recordings.
FLAGS = [
    "--exit-on-error=false",
    "--strict-readiness=false",
    "--cache-config=local,size=1048576",
    # The reference had no switch for this.
    "--allow-client-shm=true",
]

pytestmark = pytest.mark.skipif(
    not (RECORDINGS / "replay.py").exists(), reason=f"no recorded exchanges in {RECORDINGS}"
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict]]:
    """One entry a record: area, id, class, note, diff."""
    folder = tmp_path_factory.mktemp("golden")
    shutil.copytree(RECORDINGS / "repo", folder / "repo")
    (folder / "repo").chmod(0o755)
    with NereidServer(folder / "repo", folder / "server.log", *FLAGS) as server:
        command = [sys.executable, str(RECORDINGS / "replay.py"), "--http", server.url, "--repo", str(folder / "repo")]
        command += ["--only", ",".join(AREAS), "--format", "json", "--pid", str(server.process_id), str(RECORDINGS)]
        replay = subprocess.run(command, capture_output=True, text=True)
        assert replay.returncode in (0, 1), replay.stderr
        yield json.loads(replay.stdout)["results"]


def read_allowed() -> dict[str, str]:
    """Pattern of "area/id" -> why such an answer may differ."""
    lines = [line.strip() for line in (HERE / "allow.txt").read_text().splitlines()]
    return dict(line.split(None, 1) for line in lines if line and not line.startswith("#"))


def differing(results: list[dict]) -> list[dict]:
    return [entry for entry in results if entry["class"] not in ("SAME", "NOT_RUN")]


@pytest.mark.parametrize("area", AREAS)
def test_answers_are_the_same(results: list[dict], area: str) -> None:
    of_area = [entry for entry in results if entry["area"] == area]
    run = [entry for entry in of_area if entry["class"] != "NOT_RUN"]
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


def test_every_allowance_is_needed(results: list[dict]) -> None:
    keys = [f"{entry['area']}/{entry['id']}" for entry in differing(results)]
    unneeded = [pattern for pattern in read_allowed() if not any(fnmatch.fnmatchcase(key, pattern) for key in keys)]
    assert not unneeded
