"""Small requests that many tests send."""

import http.client
import json
from collections.abc import Callable
from threading import Thread

import numpy as np
import tritonclient.http
from nereid_server import NereidServer


def infer_vector(client: tritonclient.http.InferenceServerClient, model: str, values: np.ndarray, input: str, output: str) -> np.ndarray:
    """Sends one FP32 tensor and gives back one output."""
    tensor = tritonclient.http.InferInput(input, list(values.shape), "FP32")
    tensor.set_data_from_numpy(values)
    return client.infer(model, [tensor]).as_numpy(output)


def add_one(client: tritonclient.http.InferenceServerClient, value: float = 2.0) -> float:
    """The answer of the model add_one for a vector of one element."""
    return float(infer_vector(client, "add_one", np.array([value], np.float32), "X", "Y")[0])


def assert_serving(server: NereidServer) -> None:
    """The server lives and the model add_one answers."""
    client = server.client()
    assert client.is_server_live()
    assert add_one(client, 41.0) == 42.0
    client.close()


def post(server: NereidServer, path: str, body: bytes | dict, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and body of one POST."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return _request(server, "POST", path, data, headers or {})


def get(server: NereidServer, path: str) -> tuple[int, str]:
    """Status and body of one GET."""
    return _request(server, "GET", path, None, {})


def run_together(*tasks: Callable[[], None]) -> None:
    """Runs the tasks on a thread each, and raises the first error of any."""
    errors: list[BaseException] = []

    def guarded(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=guarded, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _request(server: NereidServer, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
    host, port = server.url.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    try:
        try:
            connection.request(method, path, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server may refuse before it has read everything; its answer counts
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    finally:
        connection.close()
