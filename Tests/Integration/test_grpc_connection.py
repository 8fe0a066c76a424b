"""gRPC connections as grpcio's clients use them: deadlines, cancellation, keep-alive, limits, the end of the server."""

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from nereid_server import NereidServer, eventually, ServerDidNotStart

LIVE = "/inference.GRPCInferenceService/ServerLive"
METADATA = "/inference.GRPCInferenceService/ServerMetadata"
CHECK = "/grpc.health.v1.Health/Check"
WATCH = "/grpc.health.v1.Health/Watch"

# ServerLiveResponse { live: true } and HealthCheckResponse { status: SERVING }
IS_LIVE = b"\x08\x01"
IS_SERVING = b"\x08\x01"
IS_NOT_SERVING = b"\x08\x02"


def channel(server: NereidServer, **options: int) -> grpc.Channel:
    named = {"use_local_subchannel_pool": 1, **options}
    return grpc.insecure_channel(server.grpc_url, [(f"grpc.{name}", value) for name, value in named.items()])


def unary(channel: grpc.Channel, path: str, message: bytes = b"", **arguments: object) -> bytes:
    return channel.unary_unary(path)(message, timeout=30, **arguments)


def status(call: Callable[[], object]) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value.code(), error.value.details()


def test_unary_calls(serve: Callable[..., NereidServer], repository: Path) -> None:
    with channel(serve(repository)) as connection:
        assert unary(connection, LIVE) == IS_LIVE
        assert b"triton" in unary(connection, METADATA)
        for _ in range(200):
            assert unary(connection, CHECK) == IS_SERVING
        for compression in (grpc.Compression.Gzip, grpc.Compression.Deflate):
            # HealthCheckRequest { service: 2000 spaces }: long enough to be worth compressing.
            message = b"\x0a\xd0\x0f" + b" " * 2000
            assert status(lambda: unary(connection, CHECK, message, compression=compression))[0] is grpc.StatusCode.NOT_FOUND


def test_unknown_methods(serve: Callable[..., NereidServer], repository: Path) -> None:
    with channel(serve(repository)) as connection:
        code, details = status(lambda: unary(connection, "/inference.GRPCInferenceService/Nothing"))
        assert code is grpc.StatusCode.UNIMPLEMENTED
        assert "unknown method Nothing" in details
        assert status(lambda: unary(connection, "/a.B/C"))[0] is grpc.StatusCode.UNIMPLEMENTED
        assert unary(connection, LIVE) == IS_LIVE


def test_deadlines(serve: Callable[..., NereidServer], repository: Path) -> None:
    with channel(serve(repository)) as connection:
        watch = connection.unary_stream(WATCH)(b"", timeout=0.5)
        assert next(watch) == IS_SERVING
        assert status(lambda: next(watch))[0] is grpc.StatusCode.DEADLINE_EXCEEDED
        assert unary(connection, LIVE) == IS_LIVE


def test_clients_cancel_many_calls(serve: Callable[..., NereidServer], repository: Path) -> None:
    server = serve(repository)
    with channel(server) as connection:
        for _ in range(300):
            watch = connection.unary_stream(WATCH)(b"", timeout=30)
            assert next(watch) == IS_SERVING
            watch.cancel()
        calls = [connection.unary_stream(WATCH)(b"", timeout=30) for _ in range(100)]
        for call in calls:
            call.cancel()
        # Without waiting for a new connection: the old one must have survived.
        assert connection.unary_unary(LIVE)(b"", timeout=5, wait_for_ready=False) == IS_LIVE


def test_a_client_that_pings_each_second_stays_connected(
    serve: Callable[..., NereidServer], repository: Path
) -> None:
    server = serve(repository, "--grpc-http2-min-recv-ping-interval-without-data=500")
    options = {"keepalive_time_ms": 1000, "keepalive_permit_without_calls": 1, "http2.max_pings_without_data": 0}
    with channel(server, **options) as connection:
        watch = connection.unary_stream(WATCH)(b"", timeout=60)
        assert next(watch) == IS_SERVING
        time.sleep(5)
        assert watch.is_active()
        watch.cancel()
    # With the default of five minutes pings are forgiven as long as answers flow.
    with channel(serve(repository), **options) as connection:
        watch = connection.unary_stream(WATCH)(b"", timeout=60)
        assert next(watch) == IS_SERVING
        for _ in range(25):
            assert unary(connection, LIVE) == IS_LIVE
            time.sleep(0.2)
        assert watch.is_active()
        watch.cancel()


def test_message_size(serve: Callable[..., NereidServer], repository: Path) -> None:
    with channel(serve(repository, "--grpc-max-message-size=1000")) as connection:
        assert unary(connection, LIVE) == IS_LIVE
        code, details = status(lambda: unary(connection, CHECK, b"\x0a\xd0\x0f" + b" " * 2000))
        assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert details == "Received message larger than max (2003 vs. 1000)"
        assert unary(connection, LIVE) == IS_LIVE


def test_connection_age(serve: Callable[..., NereidServer], repository: Path) -> None:
    server = serve(repository, "--grpc-max-connection-age=300", "--grpc-max-connection-age-grace=300")
    with channel(server) as connection:
        watch = connection.unary_stream(WATCH)(b"", timeout=60)
        assert next(watch) == IS_SERVING
        assert status(lambda: next(watch))[0] is grpc.StatusCode.UNAVAILABLE
        for _ in range(30):
            assert unary(connection, LIVE, wait_for_ready=True) == IS_LIVE
            time.sleep(0.05)


def test_too_many_connections(serve: Callable[..., NereidServer], repository: Path) -> None:
    server = serve(repository, "--grpc-max-connections=2")
    with channel(server) as first, channel(server) as second, channel(server) as third:
        assert unary(first, LIVE) == IS_LIVE
        assert unary(second, LIVE) == IS_LIVE
        assert status(lambda: unary(third, LIVE))[0] is grpc.StatusCode.UNAVAILABLE
        assert unary(first, LIVE) == IS_LIVE


def test_sigterm_lets_calls_finish(serve: Callable[..., NereidServer], repository: Path) -> None:
    server = serve(repository)
    with channel(server) as connection:
        assert unary(connection, LIVE) == IS_LIVE
        server.terminate()
        assert server.wait_for_exit(10) == 0


def test_sigterm_ends_health_watches_at_once(serve: Callable[..., NereidServer], repository: Path) -> None:
    server = serve(repository, "--exit-timeout-secs=30")
    with channel(server) as connection:
        watches = [connection.unary_stream(WATCH)(b"", timeout=60) for _ in range(3)]
        assert [next(watch) for watch in watches] == [IS_SERVING] * 3
        began = time.monotonic()
        server.terminate()
        for watch in watches:
            assert next(watch) == IS_NOT_SERVING
            assert status(lambda: next(watch)) == (
                grpc.StatusCode.UNAVAILABLE, "the server is stopping and takes no further requests"
            )
        assert server.wait_for_exit(15) == 0
        assert time.monotonic() - began < 15


def test_only_grpc(serve: Callable[..., NereidServer], repository: Path, tmp_path: Path) -> None:
    server = NereidServer(repository, tmp_path / "grpc-only.log", "--allow-http=false")
    server.start()
    try:
        with channel(server) as connection:
            assert unary(connection, LIVE) == IS_LIVE
        assert "listening for HTTP" not in server.log
    finally:
        server.stop()


def test_a_port_in_use_is_told(repository: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = NereidServer(repository, tmp_path / "taken.log", f"--grpc-port={port}")
        server.start()
        with pytest.raises(ServerDidNotStart):
            server.wait_until_ready(30)
        assert f"cannot listen for gRPC on 127.0.0.1:{port}: Address already in use" in server.log


def test_calls_of_many_threads(serve: Callable[..., NereidServer], repository: Path) -> None:
    server = serve(repository)
    answers: list[bytes] = []

    def ask() -> None:
        with channel(server) as connection:
            for _ in range(100):
                answers.append(unary(connection, LIVE))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [IS_LIVE] * 800
    eventually(lambda: server.exit_status is None)
