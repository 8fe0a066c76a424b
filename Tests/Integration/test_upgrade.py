"""A server takes the place of another one on the same ports, and no request is lost."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from certificates import Authority
from clients import get
from load import Load
from model_files import identity_config, write_model
from nereid_server import NereidServer
from passed_sockets import Notifications, listening_socket, start_with_sockets

UPGRADES = int(os.environ.get("NEREID_UPGRADES", "1"))


@pytest.fixture
def models(repository: Path) -> Path:
    """A repository with one model, which takes a moment to load."""
    write_model(repository, "echo", identity_config("FP32", "4", {"creation_delay_sec": "1"}))
    return repository


@pytest.fixture
def servers() -> Iterator[list[NereidServer]]:
    """Those put here are ended after the test, however it went."""
    started: list[NereidServer] = []
    yield started
    for server in started:
        server.kill()


def upgrade(
    old: NereidServer, start: Callable[[], NereidServer], servers: list[NereidServer], load: Load
) -> NereidServer:
    """Starts the next server under load, and returns when it serves and the old one has ended."""
    new = start()
    servers.append(new)
    new.wait_until_ready()
    assert old.wait_for_exit(60) == 0, old.log
    assert load.failures == []
    load.wait_for_more(40)
    return new


def test_upgrades_over_the_handover_socket(models: Path, tmp_path: Path, servers: list[NereidServer]) -> None:
    path = tmp_path / "handover"
    flags = [f"--handover-socket={path}", "--exit-idle-secs=5"]
    first = NereidServer(models, tmp_path / "server.log", *flags).__enter__()
    servers.append(first)
    ports = [f"--http-port={first.url.split(':')[1]}", f"--grpc-port={first.grpc_url.split(':')[1]}"]
    server = first

    def start() -> NereidServer:
        new = NereidServer(models, tmp_path / f"server{len(servers)}.log", *ports, *flags)
        new.start()
        return new

    with Load.on(first) as load:
        for _ in range(UPGRADES):
            server = upgrade(server, start, servers, load)
            assert path.is_socket()
            assert path.stat().st_mode & 0o777 == 0o600
    assert load.failures == []
    server.stop()
    assert not path.exists(), "the last server takes the socket with it"


def test_failed_upgrade_leaves_the_old_server_as_it_was(
    models: Path, tmp_path: Path, servers: list[NereidServer]
) -> None:
    flags = [f"--handover-socket={tmp_path / 'handover'}", "--exit-idle-secs=5"]
    old = NereidServer(models, tmp_path / "server.log", *flags).__enter__()
    servers.append(old)
    port = f"--http-port={old.url.split(':')[1]}"
    with Load.on(old) as load:
        write_model(models, "broken", 'backend: "nosuch"')
        new = NereidServer(models, tmp_path / "failed.log", port, *flags)
        new.start()
        assert new.wait_for_exit(60) == 1
        load.wait_for_more(40)
    assert load.failures == []
    (models / "broken" / "config.pbtxt").unlink()
    (models / "broken" / "1").rmdir()
    (models / "broken").rmdir()
    with Load.on(old) as load:
        new = NereidServer(models, tmp_path / "server1.log", port, *flags)
        new.start()
        servers.append(new)
        new.wait_until_ready()
        assert old.wait_for_exit(60) == 0
    assert load.failures == []
    new.stop()


def test_handover_path_that_is_a_file_is_not_replaced(models: Path, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine")
    server = NereidServer(models, tmp_path / "server.log", f"--handover-socket={path}")
    server.start()
    assert server.wait_for_exit(60) == 1
    assert path.read_text() == "mine"


def test_upgrade_with_tls(models: Path, tmp_path: Path, servers: list[NereidServer]) -> None:
    authority = Authority(tmp_path)
    identity = authority.sign("server")
    flags = [f"--handover-socket={tmp_path / 'handover'}", "--exit-idle-secs=5"]
    for protocol in ("http", "grpc"):
        flags += [f"--{protocol}-use-ssl=true", f"--{protocol}-server-cert={identity.certificate}"]
        flags += [f"--{protocol}-server-key={identity.key}"]
    old = NereidServer(models, tmp_path / "server.log", *flags).__enter__()
    servers.append(old)
    ports = [f"--http-port={old.url.split(':')[1]}", f"--grpc-port={old.grpc_url.split(':')[1]}"]

    def start() -> NereidServer:
        new = NereidServer(models, tmp_path / "server1.log", *ports, *flags)
        new.start()
        return new

    with Load.on(old, authority.certificate) as load:
        new = upgrade(old, start, servers, load)
    assert load.failures == []
    new.stop()


def test_upgrades_with_reused_ports(models: Path, tmp_path: Path, servers: list[NereidServer]) -> None:
    flags = ["--reuse-http-port=true", "--reuse-grpc-port=true", "--exit-idle-secs=5"]
    first = NereidServer(models, tmp_path / "server.log", *flags).__enter__()
    servers.append(first)
    ports = [f"--http-port={first.url.split(':')[1]}", f"--grpc-port={first.grpc_url.split(':')[1]}"]
    server = first
    with Load.on(first) as load:
        for number in range(UPGRADES):
            new = NereidServer(models, tmp_path / f"server{number + 1}.log", *ports, *flags)
            servers.append(new)
            new.start()
            new.wait_until_ready()
            server.terminate()
            assert server.wait_for_exit(60) == 0
            load.wait_for_more(40)
            server = new
    assert load.failures == []
    server.stop()


# Service managers


@pytest.mark.parametrize("abstract", [False, True])
def test_service_manager_is_notified(
    models: Path, tmp_path: Path, servers: list[NereidServer], abstract: bool
) -> None:
    notifications = Notifications(f"@nereid-{os.getpid()}" if abstract else tmp_path / "notify")
    server = NereidServer(models, tmp_path / "server.log")
    servers.append(server)
    with server.log_path.open("wb") as log:
        environment = {**os.environ, **notifications.environment}
        server.adopt(subprocess.Popen(server.command, stdout=log, stderr=log, env=environment))
    notifications.wait_for("STATUS=loading models")
    assert not notifications.has("READY=1")
    notifications.wait_for("READY=1")
    server.wait_until_ready()
    assert get(server, "/v2/health/ready")[0] == 200
    assert not notifications.has("STOPPING=1")
    server.stop()
    assert notifications.has("STOPPING=1")


@pytest.mark.parametrize("names", ["http:grpc", ""])
def test_sockets_of_the_service_manager_are_served(
    models: Path, tmp_path: Path, servers: list[NereidServer], names: str
) -> None:
    sockets = [listening_socket(), listening_socket()]
    http_port, grpc_port = [one.getsockname()[1] for one in sockets]
    # Without names the ports tell what the sockets are for.
    flags = [] if names else [f"--http-port={http_port}", f"--grpc-port={grpc_port}"]
    server = NereidServer(models, tmp_path / "server.log", *flags)
    servers.append(server)
    start_with_sockets(server, sockets, names)
    server.wait_until_ready()
    assert server.url == f"127.0.0.1:{http_port}"
    assert server.grpc_url == f"127.0.0.1:{grpc_port}"
    client = server.grpc_client()
    assert client.is_server_ready()
    client.close()
    server.stop()


def test_connections_wait_in_the_socket_while_the_service_restarts(
    models: Path, tmp_path: Path, servers: list[NereidServer]
) -> None:
    sockets = [listening_socket(), listening_socket()]
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]

    def start() -> NereidServer:
        server = NereidServer(models, tmp_path / f"server{len(servers)}.log", "--exit-idle-secs=5")
        servers.append(server)
        start_with_sockets(server, sockets, "http:grpc")
        return server

    server = start()
    server.wait_until_ready()
    with Load(*addresses) as load:
        for _ in range(UPGRADES):
            server.terminate()
            assert server.wait_for_exit(60) == 0
            server = start()
            server.wait_until_ready()
            load.wait_for_more(40)
    assert load.failures == []
    server.stop()


def test_two_services_share_the_sockets(models: Path, tmp_path: Path, servers: list[NereidServer]) -> None:
    sockets = [listening_socket(), listening_socket()]
    addresses = [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]
    server: NereidServer | None = None
    load: Load | None = None
    try:
        for _ in range(UPGRADES + 1):
            new = NereidServer(models, tmp_path / f"server{len(servers)}.log", "--exit-idle-secs=5")
            servers.append(new)
            start_with_sockets(new, sockets, "http:grpc")
            new.wait_until_ready()
            if load is None:
                load = Load(*addresses).__enter__()
            if server is not None:
                server.terminate()
                assert server.wait_for_exit(60) == 0
            load.wait_for_more(40)
            server = new
    finally:
        if load is not None:
            load.__exit__()
    assert load is not None and load.failures == []


@pytest.mark.parametrize("name", ["metric", ""])
def test_unknown_socket_ends_the_start(
    models: Path, tmp_path: Path, servers: list[NereidServer], name: str
) -> None:
    listener = listening_socket()
    server = NereidServer(models, tmp_path / "server.log")
    servers.append(server)
    start_with_sockets(server, [listener], name)
    assert server.wait_for_exit(60) == 1
    assert f"port {listener.getsockname()[1]}" in server.log


def test_descriptors_for_another_process_are_left_alone(
    models: Path, tmp_path: Path, servers: list[NereidServer]
) -> None:
    server = NereidServer(models, tmp_path / "server.log")
    servers.append(server)
    with server.log_path.open("wb") as log:
        environment = {**os.environ, "LISTEN_PID": "1", "LISTEN_FDS": "2"}
        server.adopt(subprocess.Popen(server.command, stdout=log, stderr=log, env=environment))
    server.wait_until_ready()
    server.stop()
