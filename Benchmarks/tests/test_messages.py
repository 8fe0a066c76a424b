"""What is sent to servers, and how servers are named."""

import json
import socket
import threading
from collections.abc import Callable

import pytest

from comparison import grpc_infer, http_infer
from comparison.errors import ComparisonError
from comparison.servers import Attachment, Launch, free_ports, parse_server


@pytest.fixture
def answering() -> Callable[[bytes], str]:
    """answering(answer): the address of a server that answers one request so and closes the connection."""

    def start(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            with listener, listener.accept()[0] as connection:
                connection.recv(65536)
                for start in range(0, len(answer), 7):
                    connection.sendall(answer[start : start + 7])
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass

        threading.Thread(target=serve, daemon=True).start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    return start


def response(body: bytes, header_length: int, status: str = "200 OK") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\ninference-header-content-length:  {header_length}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def test_binary_data_follows_the_header() -> None:
    request = http_infer.binary_request(b"abcdefgh")
    header = json.loads(request.body[: request.header_length])
    assert request.body[request.header_length :] == b"abcdefgh"
    assert header["inputs"][0]["shape"] == [2]
    assert header["inputs"][0]["parameters"] == {"binary_data_size": 8}


def test_the_tensor_of_an_answer_is_found(answering: Callable[[bytes], str]) -> None:
    assert http_infer.echo_binary(answering(response(b'{"x":1}' + b"data" * 99, 7)), b"data" * 99) == b"data" * 99


def test_answers_that_are_no_tensors_are_errors(answering: Callable[[bytes], str]) -> None:
    with pytest.raises(ComparisonError, match="HTTP status 400: no such model"):
        http_infer.echo_binary(answering(response(b"no such model", 0, "400 Bad Request")), b"data")
    with pytest.raises(ComparisonError, match="ended after 5 of 11 bytes"):
        http_infer.echo_binary(answering(response(b"{}456789012", 2)[:-6]), b"data")
    with pytest.raises(ComparisonError, match="closed the connection before"):
        http_infer.echo_binary(answering(b"HTTP/1.1 200 OK\r\n"), b"data")


def test_json_values_are_read_as_fp32(answering: Callable[[bytes], str]) -> None:
    body = b'{"outputs":[{"name":"OUTPUT0","data":[0.5,0.1]}]}'
    values = http_infer.echo_json(answering(response(body, 0)), [0.5, 0.1])
    assert values == [0.5, pytest.approx(0.1)] and values[1] != 0.1


@pytest.mark.parametrize("value, encoded", [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")])
def test_varints(value: int, encoded: bytes) -> None:
    assert grpc_infer.varint(value) == encoded


def test_the_raw_output_of_a_grpc_answer_is_found() -> None:
    model_name, number, raw = b"\x0a\x08identity", b"\x18\x80\x01", b"\x32\x04data"
    assert grpc_infer.raw_output(model_name + number + raw) == b"data"
    for broken in (model_name, b"\x18\x80", b"\x0b"):
        with pytest.raises(ComparisonError):
            grpc_infer.raw_output(broken)


def test_a_grpc_request_ends_in_the_data() -> None:
    request = grpc_infer.request(bytes(range(200)))
    assert request.startswith(b"\x0a\x08identity\x2a")
    assert request.endswith(b"\x3a\xc8\x01" + bytes(range(200)))
    assert b"\x12\x04FP32\x1a\x01\x32" in request


def test_servers_are_named_by_address_or_command() -> None:
    assert parse_server("a=http://host:1,grpc://host:2,77", {}) == Attachment("a", "host:1", "host:2", 77)
    assert parse_server("a=host:1,,77", {}) == Attachment("a", "host:1", "", 77)
    launch = parse_server("b='/x y/server' --r={repository} --p {http_port} --c={a,b}", {"repository": "/models"})
    assert launch == Launch("b", ["/x y/server", "--r=/models", "--p", "{http_port}", "--c={a,b}"])


@pytest.mark.parametrize("text", ["a", "=x", "a=", "a b=h:1,,7", "a=h,,7", "a=server --port 8000"])
def test_servers_that_cannot_be_understood(text: str) -> None:
    with pytest.raises(ComparisonError, match="--server"):
        parse_server(text, {})


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20
