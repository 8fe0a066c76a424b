"""The model repository extension, as an operator uses it: load, unload, and wait until a model has left memory."""

import json
import time
from http.client import HTTPConnection

from .errors import ComparisonError
from .servers import Server, split_address


class ModelControl:
    """One connection to a server in explicit control mode. For one thread."""

    def __init__(self, server: Server, timeout: float = 300.0):
        host, port = split_address(server.http)
        self._connection = HTTPConnection(host, port, timeout=timeout)

    def close(self) -> None:
        self._connection.close()

    def load(self, model: str) -> None:
        self._post(f"/v2/repository/models/{model}/load")

    def unload(self, model: str) -> None:
        """Returns when nothing of the model is in memory any more."""
        self._post(f"/v2/repository/models/{model}/unload")
        deadline = time.monotonic() + 60
        while any(one["name"] == model and one.get("state", "UNAVAILABLE") != "UNAVAILABLE" for one in self.index()):
            if time.monotonic() > deadline:
                raise ComparisonError(f"model {model} did not leave memory within a minute")
            # Rarely: a client that asks without a pause is a load of its own.
            time.sleep(0.02)

    def index(self) -> list[dict[str, str]]:
        return json.loads(self._post("/v2/repository/index"))

    def infer(self, model: str, name: str, width: int) -> None:
        tensor = {"name": name, "datatype": "FP32", "shape": [1, width], "data": [0] * width}
        self._post(f"/v2/models/{model}/infer", json.dumps({"inputs": [tensor]}))

    def _post(self, path: str, body: str = "") -> bytes:
        self._connection.request("POST", path, body)
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise ComparisonError(f"{path}: status {response.status}: {content[:300].decode(errors='replace')}")
        return content
