"""The order of measurements, and what happens when a server fails."""

import io
import os
import socket
import threading
import time

import pytest

from comparison import http_infer, load_measurement
from comparison.cases import Case, select
from comparison.connections import SlowClients, silent_connections, still_open
from comparison.errors import ComparisonError, LoadFailed
from comparison.load_generators import Load, LoadGenerators
from comparison.progress import Progress
from comparison.results import Sample
from comparison.servers import Counts, Server


class CountingServer(Server):
    """Counts ten requests for each look at its statistics; its figures are those of this process."""

    def __init__(self, name: str, grpc: str = ""):
        super().__init__(name, "127.0.0.1:1", grpc, os.getpid())
        self.seen = 0

    def counts(self) -> Counts:
        self.seen += 10
        return Counts(self.seen, 0)

    def wait_until_quiet(self, timeout: float = 10.0) -> None:
        pass


class FixedLoads(LoadGenerators):
    def __init__(self) -> None:
        pass

    def run(self, case: Case, server: Server, seconds: float) -> Load:
        if server.name == "failing":
            raise LoadFailed("it said no")
        return Load(100, 1, 2)


@pytest.fixture
def answers_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(server: Server, case: Case) -> None:
        if server.name == "wrong":
            raise ComparisonError("other values")

    monkeypatch.setattr(load_measurement, "check_answer", check)


def measure(cases: list[Case], servers: list[Server], rounds: int = 1) -> tuple[list[Sample], str]:
    stream = io.StringIO()
    samples = list(load_measurement.measure(cases, servers, rounds, 0.1, FixedLoads(), Progress(stream)))
    return samples, stream.getvalue()


@pytest.mark.usefixtures("answers_rightly")
def test_servers_alternate_and_small_cases_come_first() -> None:
    cases = select(["http/16MB/c1/wrk", "http/64B/c1/wrk"])[::-1]
    samples, _ = measure(cases, [CountingServer("a"), CountingServer("b")], rounds=2)
    assert [(one.case, one.round, one.server) for one in samples] == [
        (case, number, server)
        for case in ("http/64B/c1/wrk", "http/16MB/c1/wrk")
        for number in (0, 1)
        for server in ("a", "b")
    ]
    assert {one.requests for one in samples} == {10}


@pytest.mark.usefixtures("answers_rightly")
def test_servers_that_fail_are_left_out_and_told() -> None:
    servers: list[Server] = [CountingServer("failing"), CountingServer("wrong"), CountingServer("right")]
    samples, told = measure(select(["http/64B/c1/wrk"]), servers)
    assert [one.server for one in samples] == ["right"]
    assert "failing: it said no" in told
    assert "wrong is left out of http/64B/c1/wrk: other values" in told


@pytest.mark.usefixtures("answers_rightly")
def test_a_server_without_grpc_has_only_the_other_cases() -> None:
    cases = select(["*/64B/c1/perf_analyzer"])
    samples, _ = measure(cases, [CountingServer("both", grpc="127.0.0.1:2"), CountingServer("http")])
    assert [one.case for one in samples if one.server == "http"] == ["http/64B/c1/perf_analyzer"]
    assert len([one for one in samples if one.server == "both"]) == 3


def test_an_answer_with_other_values_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    server, case = CountingServer("a"), select(["http/64B/c1/wrk"])[0]
    monkeypatch.setattr(http_infer, "echo_binary", lambda address, data: memoryview(data))
    load_measurement.check_answer(server, case)
    monkeypatch.setattr(http_infer, "echo_binary", lambda address, data: memoryview(data[:-1] + b"\0"))
    with pytest.raises(ComparisonError, match="does not answer with what was sent"):
        load_measurement.check_answer(server, case)


def test_silent_connections_are_counted_while_they_are_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepted: list[socket.socket] = []

        def serve() -> None:
            for _ in range(3):
                connection = listener.accept()[0]
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                accepted.append(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        with silent_connections(f"127.0.0.1:{listener.getsockname()[1]}", "http", 3) as connections:
            thread.join()
            assert still_open(connections) == 3
            for connection in accepted:
                connection.close()
            assert still_open(connections) == 0


def test_slow_clients_come_back_when_they_are_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with SlowClients(address, "http", 2, interval=0.01) as clients:
            for _ in range(4):
                listener.accept()[0].close()
            deadline = time.monotonic() + 10
            while clients.closed_by_server < 3 and time.monotonic() < deadline:
                time.sleep(0.01)
        assert clients.closed_by_server >= 3
