"""Inference requests over HTTP, and what their answers hold."""

import json
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import ComparisonError
from .repositories import INPUT, MODEL, OUTPUT

PATH = f"/v2/models/{MODEL}/infer"


@dataclass(frozen=True)
class Request:
    """`header_length` is the number of bytes of JSON in front of binary data, 0 for a body that is all JSON."""

    body: bytes
    header_length: int


def json_request(values: Sequence[float]) -> Request:
    tensor = {"name": INPUT, "shape": [len(values)], "datatype": "FP32", "data": [float(f"{v:.7g}") for v in values]}
    return Request(json.dumps({"inputs": [tensor]}, separators=(",", ":")).encode(), 0)


def binary_request(data: bytes) -> Request:
    header = binary_header(len(data))
    return Request(header + data, len(header))


def binary_header(size: int) -> bytes:
    """The JSON in front of `size` bytes of FP32; the answer is asked for in binary too."""
    parameters = {"binary_data_size": size}
    tensor = {"name": INPUT, "shape": [size // 4], "datatype": "FP32", "parameters": parameters}
    output = {"name": OUTPUT, "parameters": {"binary_data": True}}
    return json.dumps({"inputs": [tensor], "outputs": [output]}, separators=(",", ":")).encode()


def head(address: str, content_length: int, header_length: int) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", f"Host: {address}", f"Content-Length: {content_length}"]
    if header_length:
        lines += ["Content-Type: application/octet-stream", f"Inference-Header-Content-Length: {header_length}"]
    else:
        lines += ["Content-Type: application/json"]
    return "\r\n".join([*lines, "", ""]).encode()


def echo_binary(address: str, data: bytes | bytearray, timeout: float = 120.0) -> memoryview:
    """Sends the data as a tensor and gives back the bytes of the tensor in the answer."""
    header = binary_header(len(data))
    with _connect(address, timeout) as connection:
        connection.sendall(head(address, len(header) + len(data), len(header)) + header)
        connection.sendall(data)
        status, fields, body = _read_response(connection)
    if status != 200:
        raise ComparisonError(f"HTTP status {status}: {bytes(body[:300]).decode(errors='replace')}")
    return body[int(fields["inference-header-content-length"]) :]


def echo_json(address: str, values: Sequence[float], timeout: float = 120.0) -> list[float]:
    """Sends the values as JSON and gives back those of the answer, as FP32."""
    request = json_request(values)
    with _connect(address, timeout) as connection:
        connection.sendall(head(address, len(request.body), 0) + request.body)
        status, _, body = _read_response(connection)
    if status != 200:
        raise ComparisonError(f"HTTP status {status}: {bytes(body[:300]).decode(errors='replace')}")
    answered = json.loads(bytes(body))["outputs"][0]["data"]
    return list(struct.unpack(f"{len(answered)}f", struct.pack(f"{len(answered)}f", *answered)))


def _connect(address: str, timeout: float) -> socket.socket:
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout)


def _read_response(connection: socket.socket) -> tuple[int, dict[str, str], memoryview]:
    """Reads into one buffer: http.client would copy a body of hundreds of megabytes several times."""
    received = bytearray()
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise ComparisonError("the server closed the connection before it answered")
        received += piece
    end = received.index(b"\r\n\r\n")
    status_line, *lines = received[:end].decode("latin-1").split("\r\n")
    fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = memoryview(bytearray(int(fields.get("content-length", "0"))))
    filled = len(received) - end - 4
    body[:filled] = received[end + 4 :]
    while filled < len(body):
        count = connection.recv_into(body[filled:])
        if count == 0:
            raise ComparisonError(f"the connection ended after {filled} of {len(body)} bytes of the answer")
        filled += count
    return int(status_line.split()[1]), fields, body
