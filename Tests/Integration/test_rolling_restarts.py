"""Servers behind HAProxy are restarted and upgraded one after the other under load, and no request fails."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import get
from load import Load
from model_files import identity_config, write_model
from nereid_server import NereidServer, eventually
from passed_sockets import listening_socket

RESTARTS = int(os.environ.get("NEREID_RESTARTS", "2"))
UPGRADES = int(os.environ.get("NEREID_UPGRADES", "1"))
HAPROXY = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")

pytestmark = pytest.mark.skipif(HAPROXY is None, reason="haproxy is not installed (Debian: apt-get install haproxy)")


class Member:
    """A server behind the balancer, and those that take its place on the same ports."""

    def __init__(self, name: str, repository: Path, folder: Path):
        self.name = name
        self.repository = repository
        self.folder = folder
        self.started = 0
        self.ports = ["--http-port=0", "--grpc-port=0"]
        self.server = self._start()
        self.server.wait_until_ready()
        self.http, self.grpc = self.server.url, self.server.grpc_url
        self.ports = [f"--http-port={self.http.split(':')[1]}", f"--grpc-port={self.grpc.split(':')[1]}"]

    def _start(self) -> NereidServer:
        flags = ["--drain-secs=2", "--exit-idle-secs=1", f"--handover-socket={self.folder / self.name}"]
        log = self.folder / f"{self.name}{self.started}.log"
        server = NereidServer(self.repository, log, *self.ports, *flags)
        server.start()
        self.started += 1
        return server

    def restart(self) -> None:
        """SIGTERM, and another server once the process has ended."""
        self.server.terminate()
        assert self.server.wait_for_exit(60) == 0, self.server.log
        self.server = self._start()
        self.wait_for_requests()

    def upgrade(self) -> None:
        """The next server takes the ports over from this one."""
        old, self.server = self.server, self._start()
        self.server.wait_until_ready()
        assert old.wait_for_exit(60) == 0, old.log
        self.wait_for_requests()

    def wait_for_requests(self) -> None:
        """Waits until the balancer sends requests to the server."""
        self.server.wait_until_ready()

        def infers() -> bool:
            statistics = json.loads(get(self.server, "/v2/models/echo/stats")[1])
            return statistics["model_stats"][0]["inference_stats"]["success"]["count"] > 10

        eventually(infers, timeout=60)

    def kill(self) -> None:
        self.server.kill()


class Balanced:
    """Two servers and a balancer before them."""

    def __init__(self, repository: Path, folder: Path):
        self.members = [Member(name, repository, folder) for name in ("first", "second")]
        self.http, self.grpc = listening_socket(), listening_socket()
        first, second = self.members
        environment = {
            "HTTP_DESCRIPTOR": str(self.http.fileno()),
            "GRPC_DESCRIPTOR": str(self.grpc.fileno()),
            **{"FIRST_HTTP": first.http, "FIRST_GRPC": first.grpc},
            **{"SECOND_HTTP": second.http, "SECOND_GRPC": second.grpc},
        }
        assert HAPROXY is not None
        with (folder / "haproxy.log").open("wb") as log:
            self._balancer = subprocess.Popen(
                [HAPROXY, "-db", "-f", str(Path(__file__).with_name("haproxy.cfg"))],
                stdout=log,
                stderr=log,
                pass_fds=[self.http.fileno(), self.grpc.fileno()],
                env={**os.environ, **environment},
            )

    def load(self) -> Load:
        return Load(*(f"127.0.0.1:{one.getsockname()[1]}" for one in (self.http, self.grpc)), 3, 3)

    def end(self) -> None:
        self._balancer.kill()
        self._balancer.wait()
        for member in self.members:
            member.kill()


@pytest.fixture
def balanced(repository: Path, tmp_path: Path) -> Iterator[Balanced]:
    write_model(repository, "echo", identity_config("FP32", "4", {"execute_delay_ms": "2"}))
    balanced = Balanced(repository, tmp_path)
    try:
        yield balanced
    finally:
        balanced.end()


def report(what: str, count: int, load: Load, began: float) -> None:
    print(f"\n{count} {what}, {load.requests} requests, {len(load.failures)} failed, {time.monotonic() - began:.0f} s")


def test_restarts_behind_a_balancer_lose_no_request(balanced: Balanced) -> None:
    began = time.monotonic()
    with balanced.load() as load:
        for number in range(RESTARTS):
            balanced.members[number % 2].restart()
            assert load.failures == []
    report("restarts", RESTARTS, load, began)
    assert load.failures == []


def test_upgrades_behind_a_balancer_lose_no_request(balanced: Balanced) -> None:
    began = time.monotonic()
    with balanced.load() as load:
        for number in range(UPGRADES):
            balanced.members[number % 2].upgrade()
            assert load.failures == []
    report("upgrades", UPGRADES, load, began)
    assert load.failures == []
