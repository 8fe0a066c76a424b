"""Clients that keep connections open: silent ones after one exchange, and slow ones that send a byte now and then."""

import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from .errors import ComparisonError
from .servers import split_address

_HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_EMPTY_SETTINGS = b"\0\0\0\x04\0\0\0\0\0"
_SETTINGS_ACKNOWLEDGED = b"\0\0\0\x04\x01\0\0\0\0"
# HEADERS of stream 1 that announces 4,096 bytes, of which the first are HPACK literals without end.
_LONG_HEADERS = b"\0\x10\0\x01\x04\0\0\0\x01"


@dataclass(frozen=True)
class SlowRequest:
    """What a slow client sends at once, and the byte that it then repeats."""

    opening: bytes
    drip: bytes


def slow_requests(protocol: str) -> list[SlowRequest]:
    """Slow headers and slow bodies over HTTP; a slow preface and slow headers over gRPC."""
    if protocol == "grpc":
        return [
            SlowRequest(_HTTP2_PREFACE[:5], b""),
            SlowRequest(_HTTP2_PREFACE + _EMPTY_SETTINGS + _LONG_HEADERS, b"\0"),
        ]
    start = b"POST /v2/models/identity/infer HTTP/1.1\r\nHost: slow\r\n"
    return [SlowRequest(start + b"X-Slow: ", b"a"), SlowRequest(start + b"Content-Length: 100000\r\n\r\n", b" ")]


@contextmanager
def silent_connections(address: str, protocol: str, count: int) -> Iterator[list[socket.socket]]:
    """Connections that made one exchange, as a client's pool holds them."""
    allow_open_files(2 * count + 500)
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            connection = socket.create_connection(split_address(address), timeout=10)
            opened.append(connection)
            _exchange(connection, protocol)
        yield opened
    finally:
        for connection in opened:
            connection.close()


def _exchange(connection: socket.socket, protocol: str) -> None:
    if protocol == "grpc":
        connection.sendall(_HTTP2_PREFACE + _EMPTY_SETTINGS)
        answer = connection.recv(4096)
        connection.sendall(_SETTINGS_ACKNOWLEDGED)
    else:
        connection.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: silent\r\n\r\n")
        answer = connection.recv(4096)
    if not answer:
        raise ComparisonError(f"the server closed a {protocol} connection instead of answering")


def still_open(connections: Sequence[socket.socket]) -> int:
    """How many the server has not closed."""
    count = 0
    for connection in connections:
        connection.setblocking(False)
        try:
            while connection.recv(4096):
                pass
        except BlockingIOError:
            count += 1
        except OSError:
            pass
    return count


def allow_open_files(count: int) -> None:
    """Raises this process's limit, which servers started afterwards inherit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise ComparisonError(f"{count} open files are needed and the hard limit is {hard}; raise it (ulimit -Hn)")
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


class SlowClients:
    """Keeps slow connections to a server from a thread of its own; opens a new one for each that the server closes."""

    def __init__(self, address: str, protocol: str, count: int, interval: float = 0.5):
        self.closed_by_server = 0
        self._address = split_address(address)
        self._requests = slow_requests(protocol)
        self._count = count
        self._interval = interval
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slow clients", daemon=True)

    def __enter__(self) -> "SlowClients":
        allow_open_files(2 * self._count + 500)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            try:
                while not self._ends.is_set():
                    self._fill(selector)
                    self._drip(selector)
                    self._notice_closed(selector, time.monotonic() + self._interval)
            finally:
                for key in list(selector.get_map().values()):
                    key.fileobj.close()  # type: ignore[union-attr]

    def _fill(self, selector: selectors.BaseSelector) -> None:
        while (number := len(selector.get_map())) < self._count:
            request = self._requests[number % len(self._requests)]
            try:
                connection = socket.create_connection(self._address, timeout=5)
                connection.sendall(request.opening)
            except OSError:
                return
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_READ, request)

    def _drip(self, selector: selectors.BaseSelector) -> None:
        for key in list(selector.get_map().values()):
            try:
                key.fileobj.send(key.data.drip)  # type: ignore[union-attr]
            except BlockingIOError:
                continue
            except OSError:
                self._drop(selector, key)

    def _notice_closed(self, selector: selectors.BaseSelector, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                try:
                    if key.fileobj.recv(4096):  # type: ignore[union-attr]
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                self._drop(selector, key)

    def _drop(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        selector.unregister(key.fileobj)
        key.fileobj.close()  # type: ignore[union-attr]
        self.closed_by_server += 1
