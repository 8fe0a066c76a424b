"""Installs the peer and perf_analyzer, and says what else is missing."""

import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .errors import ComparisonError, last_lines
from .progress import Progress

PACKAGES = ("nvidia-pytriton==0.7.0", "numpy==1.26.4", "grpcio==1.67.1")
ROOT = Path(__file__).resolve().parents[2]
PERF_ANALYZER = ROOT / ".deps" / "perf-analyzer" / "run"
_OLDEST_PYTHON, _NEWEST_PYTHON = (3, 11), (3, 12)


@dataclass(frozen=True)
class Installation:
    """What lies in the folder after `install`."""

    folder: Path

    @property
    def packages(self) -> Path:
        return self.folder / "site"

    @property
    def backends(self) -> Path:
        return self.folder / "backends"

    @property
    def triton(self) -> Path:
        return self.packages / "pytriton" / "tritonserver" / "bin" / "tritonserver"

    @property
    def triton_libraries(self) -> Path:
        return self.packages / "nvidia_pytriton.libs"

    @property
    def results(self) -> Path:
        return self.folder / "results"


def install(folder: Path, progress: Progress) -> Installation:
    """Installs what is missing; with everything there it needs no network."""
    installation = Installation(folder)
    stamp = folder / ".installed"
    wanted = "\n".join([*PACKAGES, platform.python_version(), str(folder)])
    if not stamp.exists() or stamp.read_text() != wanted:
        _check_platform()
        _install_packages(installation, progress)
        _link_backend(installation)
        stamp.write_text(wanted)
    installation.results.mkdir(exist_ok=True)
    return installation


def prepare_perf_analyzer(progress: Progress) -> None:
    """Fetches it where it is missing."""
    if PERF_ANALYZER.exists():
        return
    progress.note("fetching perf_analyzer ...")
    result = subprocess.run([str(ROOT / "scripts" / "perf-analyzer")], capture_output=True, text=True)
    if result.returncode != 0:
        raise ComparisonError(f"perf_analyzer is missing and could not be fetched:\n{last_lines(result.stderr)}")


def check_wrk() -> None:
    if shutil.which("wrk") is None:
        raise ComparisonError("wrk is missing; install it (Debian: apt-get install wrk), or leave out its cases")


def _check_platform() -> None:
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise ComparisonError(
            "Triton and perf_analyzer come as wheels for Linux on x86_64 only; this is another machine"
        )
    if not _OLDEST_PYTHON <= sys.version_info[:2] <= _NEWEST_PYTHON:
        raise ComparisonError(
            f"Triton's Python backend runs in this Python, {platform.python_version()}, and needs 3.11 or 3.12 with a"
            " numpy before 2; run this tool with one of those"
        )


def _install_packages(installation: Installation, progress: Progress) -> None:
    progress.note(f"installing {', '.join(PACKAGES)} (250 MB on disk) ...")
    shutil.rmtree(installation.packages, ignore_errors=True)
    installation.folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--quiet"]
    command += ["--only-binary=:all:", "--target", str(installation.packages), *PACKAGES]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise ComparisonError(f"pip could not install {', '.join(PACKAGES)}:\n{last_lines(result.stderr)}")


def _link_backend(installation: Installation) -> None:
    """Triton wants the stub of the right Python beside its Python backend."""
    server = installation.triton.parent.parent
    stub = server / "python_backend_stubs" / "{}.{}".format(*sys.version_info) / "triton_python_backend_stub"
    files = [file for file in (server / "backends" / "python").iterdir() if file.is_file()]
    folder = installation.backends / "python"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in [*files, stub]:
        (folder / file.name).symlink_to(file)
