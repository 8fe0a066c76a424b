"""TLS and mutual TLS on both protocols, with the clients that people use."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import gevent.ssl
import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from certificates import Authority, Identity
from cryptography import x509
from model_files import identity_config, write_model
from nereid_server import NereidServer, ServerDidNotStart, eventually
from tritonclient.utils import InferenceServerException

PROTOCOLS = ["http", "grpc"]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def identity(authority: Authority) -> Identity:
    return authority.sign("server")


@pytest.fixture
def models(repository: Path) -> Path:
    """A repository with the model identity."""
    write_model(repository, "identity", identity_config("FP32", "-1"))
    return repository


def tls_flags(protocol: str, identity: Identity, *others: str) -> list[str]:
    return [
        f"--{protocol}-use-ssl=true",
        f"--{protocol}-server-cert={identity.certificate}",
        f"--{protocol}-server-key={identity.key}",
        *others,
    ]


def http_client(server: NereidServer, authority: Authority, own: Identity | None = None):
    options = {"ca_certs": str(authority.certificate)}
    if own:
        options |= {"certfile": str(own.certificate), "keyfile": str(own.key)}

    def context() -> ssl.SSLContext:
        made = gevent.ssl.create_default_context(cafile=str(authority.certificate))
        if own:
            made.load_cert_chain(own.certificate, own.key)
        return made

    return httpclient.InferenceServerClient(server.url, ssl=True, ssl_options=options, ssl_context_factory=context)


def grpc_client(server: NereidServer, authority: Authority, own: Identity | None = None):
    return grpcclient.InferenceServerClient(
        server.grpc_url,
        ssl=True,
        root_certificates=str(authority.certificate),
        certificate_chain=str(own.certificate) if own else None,
        private_key=str(own.key) if own else None,
    )


def round_trip(client: httpclient.InferenceServerClient | grpcclient.InferenceServerClient, count: int) -> None:
    values = np.arange(count, dtype=np.float32).reshape(1, count)
    library = httpclient if isinstance(client, httpclient.InferenceServerClient) else grpcclient
    tensor = library.InferInput("INPUT0", [1, count], "FP32")
    tensor.set_data_from_numpy(values)
    np.testing.assert_array_equal(client.infer("identity", [tensor]).as_numpy("OUTPUT0"), values)


def served_name(address: str) -> str:
    """The name in the certificate that a new connection is shown."""
    host, port = address.rsplit(":", 1)
    pem = ssl.get_server_certificate((host, int(port)))
    return x509.load_pem_x509_certificate(pem.encode()).subject.rdns[0].rfc4514_string()


def address(server: NereidServer, protocol: str) -> str:
    return server.url if protocol == "http" else server.grpc_url


def test_https(serve: Callable[..., NereidServer], models: Path, authority: Authority, identity: Identity) -> None:
    server = serve(models, *tls_flags("http", identity))
    assert "with TLS" in server.log
    client = http_client(server, authority)
    assert client.is_server_ready()
    for count in (1, 100, 150_000, 4_000_000):
        round_trip(client, count)
    client.close()

    # The protocol that is agreed on, and a client that keeps to plain text.
    context = ssl.create_default_context(cafile=str(authority.certificate))
    context.set_alpn_protocols(["h2", "http/1.1"])
    host, port = server.url.split(":")
    with socket.create_connection((host, int(port))) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            assert secure.selected_alpn_protocol() == "http/1.1"
            assert secure.version() == "TLSv1.3"
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        connection = http.client.HTTPConnection(server.url, timeout=10)
        connection.request("GET", "/v2/health/live")
        connection.getresponse()


def test_grpc_with_tls(
    serve: Callable[..., NereidServer], models: Path, authority: Authority, identity: Identity
) -> None:
    server = serve(models, *tls_flags("grpc", identity))
    with grpc_client(server, authority) as client:
        assert client.is_server_ready()
        assert client.get_server_metadata().name == "triton"
        assert client.get_model_metadata("identity").name == "identity"
        for count in (1, 100, 150_000, 4_000_000):
            round_trip(client, count)
    with grpcclient.InferenceServerClient(server.grpc_url) as plain, pytest.raises(InferenceServerException):
        plain.is_server_live(client_timeout=5)
    with grpc_client(server, Authority(models.parent, "stranger")) as wrong, pytest.raises(InferenceServerException):
        wrong.is_server_live(client_timeout=5)
    # The other protocol stays as it is.
    assert server.client().is_server_live()


def test_mutual_tls_over_http(
    serve: Callable[..., NereidServer], models: Path, authority: Authority, identity: Identity
) -> None:
    server = serve(
        models, *tls_flags("http", identity, "--http-use-ssl-mutual=true", f"--http-root-cert={authority.certificate}")
    )
    round_trip(http_client(server, authority, authority.sign("client")), 1000)
    stranger = Authority(models.parent, "stranger").sign("client of a stranger")
    for own in (None, stranger):
        with pytest.raises(Exception, match="(?i)certificate|alert|reset|closed|aborted|broken|eof"):
            http_client(server, authority, own).is_server_live()


def test_mutual_tls_over_grpc(
    serve: Callable[..., NereidServer], models: Path, authority: Authority, identity: Identity
) -> None:
    server = serve(
        models, *tls_flags("grpc", identity, "--grpc-use-ssl-mutual=true", f"--grpc-root-cert={authority.certificate}")
    )
    with grpc_client(server, authority, authority.sign("client")) as client:
        assert client.is_server_ready()
    stranger = Authority(models.parent, "stranger").sign("client of a stranger")
    for own in (None, stranger):
        with grpc_client(server, authority, own) as client, pytest.raises(InferenceServerException):
            client.is_server_live(client_timeout=5)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_replaced_certificates_are_served_without_restart(
    protocol: str, serve: Callable[..., NereidServer], models: Path, authority: Authority, identity: Identity
) -> None:
    server = serve(models, *tls_flags(protocol, identity))
    assert served_name(address(server, protocol)) == "CN=server"
    client = http_client(server, authority) if protocol == "http" else grpc_client(server, authority)
    assert client.is_server_live()

    authority.sign("renewed").copy_to(identity)
    eventually(lambda: served_name(address(server, protocol)) == "CN=renewed")

    # A key that does not fit leaves everything as it is; it is found out when a client connects.
    identity.key.write_bytes(authority.sign("other").key.read_bytes())
    eventually(lambda: served_name(address(server, protocol)) == "CN=renewed" and "cannot be used" in server.log)
    assert "does not hold the key of the first certificate" in server.log

    authority.sign("last").copy_to(identity)
    eventually(lambda: served_name(address(server, protocol)) == "CN=last")
    # The connection from before goes on.
    assert client.is_server_live()
    client.close()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_files_that_cannot_be_used_end_the_start(
    protocol: str, models: Path, tmp_path: Path, authority: Authority, identity: Identity
) -> None:
    other = authority.sign("other")
    cases = [
        (Identity(identity.certificate, other.key), f"{other.key}' does not hold the key of the first certificate"),
        (Identity(tmp_path / "none.pem", identity.key), "none.pem' cannot be opened: No such file or directory"),
        (Identity(identity.key, identity.certificate), "are the two files swapped?"),
    ]
    for wrong, message in cases:
        server = NereidServer(models, tmp_path / "server.log", *tls_flags(protocol, wrong))
        with pytest.raises(ServerDidNotStart), server:
            pass
        assert server.exit_status == 1
        assert message in server.log
        assert "with TLS" in server.log.splitlines()[-1]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_client_that_never_shakes_hands_is_cut_off(
    protocol: str, serve: Callable[..., NereidServer], models: Path, identity: Identity
) -> None:
    limit = "--http-header-timeout-secs=1" if protocol == "http" else "--grpc-handshake-timeout-secs=1"
    server = serve(models, *tls_flags(protocol, identity, limit))
    host, port = address(server, protocol).split(":")
    with socket.create_connection((host, int(port)), timeout=20) as silent:
        began = time.monotonic()
        # The first bytes of a handshake, and no more.
        silent.sendall(b"\x16\x03\x01\x02\x00\x01")
        try:
            assert silent.recv(1) == b""
        except ConnectionResetError:
            pass
        assert time.monotonic() - began < 10
