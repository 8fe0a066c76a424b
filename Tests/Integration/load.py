"""Clients that infer without pause and ask nothing twice that a server has seen, so that every lost request is counted."""

import http.client
import ssl
import struct
import threading
import time
from pathlib import Path

import numpy as np
import tritonclient.grpc as grpc
from nereid_server import NereidServer, eventually

MODEL = "echo"
_VALUES = np.array([[1, 2, 3, 4]], np.float32)


class Load:
    """A context manager: some HTTP clients with keep-alive and some gRPC clients, all in threads of this process."""

    def __init__(
        self,
        http_address: str,
        grpc_address: str,
        http_clients: int = 2,
        grpc_clients: int = 2,
        root_certificates: Path | None = None,
    ):
        self.requests = 0
        self.failures: list[str] = []
        self._ended = threading.Event()
        self._lock = threading.Lock()
        clients = [lambda n=n: self._run(f"HTTP {n}", _HTTPClient(http_address, root_certificates)) for n in range(http_clients)]
        clients += [lambda n=n: self._run(f"gRPC {n}", _GRPCClient(grpc_address, root_certificates)) for n in range(grpc_clients)]
        self._threads = [threading.Thread(target=client) for client in clients]

    @classmethod
    def on(cls, server: NereidServer, root_certificates: Path | None = None) -> "Load":
        return cls(server.url, server.grpc_url, root_certificates=root_certificates)

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        self.wait_for_more(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, requests: int) -> None:
        """Waits until so many further requests are answered."""
        enough = self.requests + requests
        eventually(lambda: self.requests >= enough or bool(self.failures), timeout=60)

    def _run(self, name: str, client: "_HTTPClient | _GRPCClient") -> None:
        began = time.monotonic()
        while not self._ended.is_set():
            try:
                client.infer()
            except Exception as error:
                with self._lock:
                    self.failures.append(f"{name} after {time.monotonic() - began:.2f} s: {error!r} {error}")
                time.sleep(0.05)  # a server that is away shall not fill the list
            with self._lock:
                self.requests += 1
            time.sleep(0.002)
        client.close()


class _HTTPClient:
    def __init__(self, address: str, root_certificates: Path | None):
        host, port = address.split(":")
        if root_certificates is None:
            self._connection = http.client.HTTPConnection(host, int(port), timeout=60)
        else:
            context = ssl.create_default_context(cafile=str(root_certificates))
            self._connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=60)
        data = _VALUES.tobytes()
        header = (
            b'{"inputs":[{"name":"INPUT0","datatype":"FP32","shape":[1,4],"parameters":{"binary_data_size":16}}],'
            b'"outputs":[{"name":"OUTPUT0","parameters":{"binary_data":true}}]}'
        )
        self._body = header + data
        self._headers = {"Inference-Header-Content-Length": str(len(header))}
        self._expected = struct.pack("<4f", 1, 2, 3, 4)

    def infer(self) -> None:
        try:
            self._connection.request("POST", f"/v2/models/{MODEL}/infer", self._body, self._headers)
            response = self._connection.getresponse()
            body = response.read()
        except Exception:
            self._connection.close()
            raise
        if response.status != 200 or not body.endswith(self._expected):
            raise AssertionError(f"{response.status} {response.reason}: {body[:200]!r}")

    def close(self) -> None:
        self._connection.close()


class _GRPCClient:
    def __init__(self, address: str, root_certificates: Path | None):
        # As it is by default, it asks again only where no server can have seen the call: the client itself fails calls that
        # it has not put on the wire yet when a connection announces its end.
        self._client = grpc.InferenceServerClient(
            address,
            ssl=root_certificates is not None,
            root_certificates=None if root_certificates is None else str(root_certificates),
        )
        self._input = grpc.InferInput("INPUT0", [1, 4], "FP32")
        self._input.set_data_from_numpy(_VALUES)

    def infer(self) -> None:
        answer = self._client.infer(MODEL, [self._input], client_timeout=60)
        np.testing.assert_array_equal(answer.as_numpy("OUTPUT0"), _VALUES)

    def close(self) -> None:
        self._client.close()
