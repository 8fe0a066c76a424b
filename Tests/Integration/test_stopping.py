"""Readiness, and the end of the server on a signal, rule by rule."""

import http.client
import signal
import time
from collections.abc import Callable
from pathlib import Path

import grpc as grpc_channel
import numpy as np
import pytest
import tritonclient.grpc as grpc
from clients import get, infer_vector, post, run_together
from grpc_health.v1 import health_pb2, health_pb2_grpc
from load import Load
from model_files import identity_config, write_model
from nereid_server import NereidServer, eventually
from tritonclient.utils import InferenceServerException

VALUES = np.array([[1, 2, 3, 4]], np.float32)


def write_echo(repository: Path, name: str = "echo", delay_ms: int = 0) -> None:
    parameters = {"execute_delay_ms": str(delay_ms)} if delay_ms else None
    write_model(repository, name, identity_config("FP32", "4", parameters))


def write_slow_to_load(repository: Path, name: str = "slow_to_load") -> None:
    write_model(repository, name, identity_config("FP32", "4", {"creation_delay_sec": "2"}))


def write_broken(repository: Path) -> None:
    write_model(repository, "broken", 'backend: "nosuch"')


def is_ready(server: NereidServer) -> bool:
    return get(server, "/v2/health/ready")[0] == 200


def start_without_models_ready(server: NereidServer) -> None:
    """For servers that never write the line of a ready server."""
    server.start()
    server.url = f"127.0.0.1:{server.wait_for_log(r'listening for HTTP on .*:([0-9]+)')[1]}"
    server.wait_for_log(r"started in")


class OpenConnection:
    """One HTTP connection that stays."""

    def __init__(self, server: NereidServer):
        host, port = server.url.split(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=30)
        self._connection.auto_open = 0
        self._connection.connect()

    def get(self, path: str) -> http.client.HTTPResponse:
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        response.read()
        return response


def refuses_connections(server: NereidServer) -> bool:
    try:
        get(server, "/v2/health/live")
    except ConnectionRefusedError:
        return True
    return False


def grpc_health(server: NereidServer, service: str = "") -> int:
    with grpc_channel.insecure_channel(server.grpc_url) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        return health_pb2_grpc.HealthStub(channel).Check(request, timeout=10).status


# Readiness


def test_exit_on_error_ends_the_start_with_status_1(repository: Path, tmp_path: Path) -> None:
    write_echo(repository)
    write_broken(repository)
    server = NereidServer(repository, tmp_path / "server.log")
    server.start()
    assert server.wait_for_exit(60) == 1


@pytest.mark.parametrize("strict", ["true", "false"])
def test_readiness_with_failed_models_depends_on_strictness(repository: Path, tmp_path: Path, strict: str) -> None:
    write_echo(repository)
    write_broken(repository)
    server = NereidServer(
        repository, tmp_path / "server.log", "--exit-on-error=false", f"--strict-readiness={strict}"
    )
    if strict == "true":
        start_without_models_ready(server)
    with_server = server if strict == "true" else server.__enter__()
    try:
        assert get(with_server, "/v2/health/live")[0] == 200
        assert get(with_server, "/v2/health/ready")[0] == (400 if strict == "true" else 200)
        assert get(with_server, "/v2/models/echo/ready")[0] == 200
        client = server.grpc_client()
        assert client.is_server_live()
        assert client.is_server_ready() == (strict == "false")
        assert grpc_health(server) == (
            health_pb2.HealthCheckResponse.SERVING if strict == "false" else health_pb2.HealthCheckResponse.NOT_SERVING
        )
        client.close()
    finally:
        server.stop()


def test_explicit_mode_with_nothing_loaded_is_ready(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_echo(repository)
    write_broken(repository)
    server = serve(repository, "--model-control-mode=explicit")
    assert is_ready(server)
    assert post(server, "/v2/repository/models/broken/load", {})[0] == 400
    assert not is_ready(server), "a model that failed once keeps the server from being ready"
    write_model(repository, "broken", identity_config("FP32", "4"))
    assert post(server, "/v2/repository/models/broken/load", {})[0] == 200
    assert is_ready(server)
    assert post(server, "/v2/repository/models/broken/unload", {})[0] == 200
    eventually(lambda: is_ready(server))


def test_first_load_makes_the_server_unready_and_a_reload_does_not(
    repository: Path, serve: Callable[..., NereidServer]
) -> None:
    write_slow_to_load(repository)
    server = serve(repository, "--model-control-mode=explicit")

    def ready_while_loading() -> list[bool]:
        seen: list[bool] = []
        done: list[int] = []

        def load() -> None:
            done.append(post(server, "/v2/repository/models/slow_to_load/load", {})[0])

        def look() -> None:
            while not done:
                seen.append(is_ready(server))
                time.sleep(0.05)

        run_together(load, look)
        assert done == [200]
        return seen

    assert False in ready_while_loading()
    write_slow_to_load(repository)
    config = repository / "slow_to_load" / "config.pbtxt"
    config.write_text(config.read_text() + "\n# changed\n")
    (repository / "slow_to_load" / "1" / "new_file").write_text("changed")
    assert False not in ready_while_loading()


# The end without --drain-secs


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_with_status_0(
    repository: Path, serve: Callable[..., NereidServer], number: signal.Signals
) -> None:
    write_echo(repository)
    server = serve(repository)
    server.signal(number)
    assert server.wait_for_exit(30) == 0


def test_expired_exit_timeout_ends_with_status_1(repository: Path, tmp_path: Path) -> None:
    write_echo(repository, "slow", delay_ms=20_000)
    server = NereidServer(repository, tmp_path / "server.log", "--exit-timeout-secs=1").__enter__()

    def ask() -> None:
        with pytest.raises(Exception):
            infer_vector(server.client(), "slow", VALUES, "INPUT0", "OUTPUT0")

    def end() -> None:
        time.sleep(0.7)  # the request must have reached the model
        began = time.monotonic()
        server.terminate()
        assert server.wait_for_exit(30) == 1
        assert time.monotonic() - began < 10

    run_together(ask, end)
    assert "Exit timeout expired. Exiting immediately." in server.log


def test_further_signals_are_ignored(repository: Path, tmp_path: Path) -> None:
    write_echo(repository, "slow", delay_ms=3000)
    with NereidServer(repository, tmp_path / "server.log") as server:

        def ask() -> None:
            answer = infer_vector(server.client(), "slow", VALUES, "INPUT0", "OUTPUT0")
            np.testing.assert_array_equal(answer, VALUES)

        def end() -> None:
            time.sleep(0.7)
            for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT, signal.SIGINT):
                server.signal(number)
                time.sleep(0.2)
            assert server.exit_status is None

        run_together(ask, end)
        assert server.wait_for_exit(30) == 0


def test_open_connections_are_served_while_new_ones_are_refused(repository: Path, tmp_path: Path) -> None:
    write_echo(repository)
    with NereidServer(repository, tmp_path / "server.log", "--exit-idle-secs=20") as server:
        connection, other = OpenConnection(server), OpenConnection(server)
        assert connection.get("/v2/health/ready").status == 200
        other.get("/v2/health/live")
        call = server.grpc_client()
        server.terminate()
        eventually(lambda: refuses_connections(server))
        # gRPC goes on until the HTTP connections have ended, and so does what health says.
        assert call.is_server_ready()
        ready = connection.get("/v2/health/ready")
        assert ready.status == 200
        assert ready.getheader("Connection") == "close"
        assert call.is_server_ready()
        assert other.get("/v2/models/echo/ready").getheader("Connection") == "close"
        assert server.wait_for_exit(30) == 0
        call.close()


def test_idle_connections_end_after_exit_idle_secs(repository: Path, tmp_path: Path) -> None:
    write_echo(repository)
    with NereidServer(repository, tmp_path / "server.log", "--exit-idle-secs=2") as server:
        connection = OpenConnection(server)
        connection.get("/v2/health/ready")
        began = time.monotonic()
        server.terminate()
        assert server.wait_for_exit(30) == 0
        assert 1.5 < time.monotonic() - began < 15


# The end with --drain-secs


def test_drain_serves_on_while_not_ready(repository: Path, tmp_path: Path) -> None:
    write_echo(repository)
    flags = ["--drain-secs=4", "--exit-idle-secs=1"]
    with NereidServer(repository, tmp_path / "server.log", *flags) as server:
        connection = OpenConnection(server)
        call = server.grpc_client()
        assert call.is_server_ready()
        began = time.monotonic()
        server.terminate()
        eventually(lambda: not is_ready(server), timeout=2)
        assert get(server, "/v2/health/live")[0] == 200
        assert get(server, "/v2/models/echo/ready")[0] == 200
        assert call.is_server_live() and not call.is_server_ready()
        assert grpc_health(server) == health_pb2.HealthCheckResponse.NOT_SERVING
        assert grpc_health(server, "echo") == health_pb2.HealthCheckResponse.SERVING
        np.testing.assert_array_equal(infer_vector(server.client(), "echo", VALUES, "INPUT0", "OUTPUT0"), VALUES)
        assert connection.get("/v2/health/live").getheader("Connection") is None, "not yet"
        endings = []
        while time.monotonic() - began < 3.7:
            endings.append(get_with_headers(server))
            time.sleep(0.1)
        assert endings[0] is None and endings[-1] == "close", "at the end of the drain"
        assert server.wait_for_exit(30) == 0
        assert time.monotonic() - began > 4
        call.close()


def get_with_headers(server: NereidServer) -> str | None:
    """The header Connection of an answer on a new connection."""
    return OpenConnection(server).get("/v2/health/live").getheader("Connection")


def test_clients_that_move_within_the_drain_lose_nothing(repository: Path, tmp_path: Path) -> None:
    """As in Kubernetes: no balancer, and new connections go elsewhere a moment after the signal."""
    write_echo(repository)
    flags = ["--drain-secs=3", "--exit-idle-secs=1"]
    with NereidServer(repository, tmp_path / "server.log", *flags) as server:
        with Load.on(server) as load:
            server.terminate()
            eventually(lambda: not is_ready(server), timeout=5)
            time.sleep(1.5)
        assert load.failures == []
        assert load.requests > 40
        assert server.wait_for_exit(30) == 0


def test_signal_while_models_load_does_not_drain(repository: Path, tmp_path: Path) -> None:
    write_slow_to_load(repository)
    server = NereidServer(repository, tmp_path / "server.log", "--drain-secs=60")
    server.start()
    server.wait_for_log(r"listening for HTTP on .*:([0-9]+)")
    server.terminate()
    assert server.wait_for_exit(30) == 0


def test_drain_ends_open_streams_of_grpc(repository: Path, tmp_path: Path) -> None:
    write_echo(repository, "slow", delay_ms=2500)
    with NereidServer(repository, tmp_path / "server.log", "--drain-secs=1") as server:
        client = server.grpc_client()
        tensor = grpc.InferInput("INPUT0", [1, 4], "FP32")
        tensor.set_data_from_numpy(VALUES)
        answers: list[tuple[grpc.InferResult | None, InferenceServerException | None]] = []
        client.start_stream(lambda result, error: answers.append((result, error)))
        client.async_stream_infer("slow", [tensor])
        time.sleep(0.7)
        server.terminate()
        eventually(lambda: bool(answers))
        result, error = answers[0]
        assert error is None and result is not None
        np.testing.assert_array_equal(result.as_numpy("OUTPUT0"), VALUES)
        client.stop_stream()
        assert server.wait_for_exit(30) == 0
