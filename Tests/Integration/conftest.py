from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nereid_server import EXECUTABLE, NereidServer


def pytest_configure() -> None:
    if not EXECUTABLE.exists():
        raise pytest.UsageError(f"{EXECUTABLE} is missing; run scripts/prepare python")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty model repository."""
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., NereidServer]]:
    """serve(repository, *flags): a running, ready server that is stopped after the test."""
    servers: list[NereidServer] = []

    def start(repository: Path, *flags: str) -> NereidServer:
        server = NereidServer(repository, tmp_path / f"server{len(servers)}.log", *flags).__enter__()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
