"""System shared memory: the Python client's own helpers against the real server."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as http
import tritonclient.utils.shared_memory as shm
from clients import get, post
from model_files import identity_config, write_model
from nereid_server import NereidServer
from tritonclient.utils import InferenceServerException, serialize_byte_tensor

PAGE = os.sysconf("SC_PAGE_SIZE")
Serve = Callable[..., NereidServer]
_numbers = itertools.count()


@pytest.fixture
def server(repository: Path, serve: Serve) -> NereidServer:
    write_model(repository, "id", identity_config("FP32", "-1"))
    write_model(repository, "text", identity_config("STRING", "-1"))
    return serve(repository, "--allow-client-shm=true", f"--client-shm-key-prefix={prefix()}")


@pytest.fixture
def client(server: NereidServer) -> Iterator[http.InferenceServerClient]:
    client = server.client()
    yield client
    client.close()


def prefix() -> str:
    return f"nereid_it_{os.getpid()}_"


class Region:
    """A shared memory region of the test's own, registered with the server and removed afterwards."""

    def __init__(self, client: http.InferenceServerClient, name: str, size: int):
        self.client, self.name, self.size = client, name, size
        # The client's library remembers keys that it has seen.
        self.key = f"/{prefix()}{name}{next(_numbers)}"
        self.path = Path("/dev/shm") / self.key[1:]
        self.handle = shm.create_shared_memory_region(name, self.key, size)

    def __enter__(self) -> "Region":
        self.client.register_system_shared_memory(self.name, self.key, self.size)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.unregister_system_shared_memory(self.name)
        shm.destroy_shared_memory_region(self.handle)


def shared_input(name: str, shape: list[int], data_type: str, region: str, size: int, offset: int = 0) -> http.InferInput:
    tensor = http.InferInput(name, shape, data_type)
    tensor.set_shared_memory(region, size, offset)
    return tensor


def shared_output(region: str, size: int, offset: int = 0) -> http.InferRequestedOutput:
    output = http.InferRequestedOutput("OUTPUT0")
    output.set_shared_memory(region, size, offset)
    return output


def test_tensors_pass_through_shared_memory(client: http.InferenceServerClient) -> None:
    count = 1_000_000
    values = np.random.default_rng(1).random((2, count), np.float32)
    with Region(client, "in", values.nbytes) as source, Region(client, "out", values.nbytes + PAGE) as target:
        shm.set_shared_memory_region(source.handle, [values])
        tensor = shared_input("INPUT0", [2, count], "FP32", "in", values.nbytes)
        result = client.infer("id", [tensor], outputs=[shared_output("out", values.nbytes, 100)])
        described = result.get_output("OUTPUT0")
        assert described["shape"] == [2, count] and "data" not in described
        # A view of the memory must not outlive the region.
        found = shm.get_contents_as_numpy(target.handle, np.float32, [2, count], 100).copy()
        assert np.array_equal(found, values)
        plain = client.infer("id", [tensor])
        assert np.array_equal(plain.as_numpy("OUTPUT0"), values)


def test_strings_pass_through_shared_memory(client: http.InferenceServerClient) -> None:
    values = np.array([[b"a", b"", b"\xff longer"]], dtype=object)
    size = 4 * 3 + len(b"a" + b"\xff longer")
    with Region(client, "in", PAGE) as source, Region(client, "out", PAGE) as target:
        shm.set_shared_memory_region(source.handle, [serialize_byte_tensor(values)])
        tensor = shared_input("INPUT0", [1, 3], "BYTES", "in", size)
        client.infer("text", [tensor], outputs=[shared_output("out", PAGE)])
        assert target.path.read_bytes()[:size] == source.path.read_bytes()[:size]


def test_status_and_unregister(client: http.InferenceServerClient) -> None:
    with Region(client, "b", 2 * PAGE) as region:
        client.register_system_shared_memory("a", region.key, 64, PAGE)
        listed = client.get_system_shared_memory_status()
        assert [(item["name"], item["offset"], item["byte_size"]) for item in listed] == [
            ("a", PAGE, 64),
            ("b", 0, 2 * PAGE),
        ]
        client.unregister_system_shared_memory()
        assert client.get_system_shared_memory_status() == []
        with pytest.raises(InferenceServerException, match="Unable to find shared memory region: 'b'"):
            client.infer("id", [shared_input("INPUT0", [1, 1], "FP32", "b", 4)])


def test_a_client_that_truncates_its_memory_gets_errors(server: NereidServer, client: http.InferenceServerClient) -> None:
    with Region(client, "r", 4 * PAGE) as region:
        tensor = shared_input("INPUT0", [1, PAGE // 4], "FP32", "r", PAGE, PAGE)
        client.infer("id", [tensor])
        os.truncate(region.path, PAGE)
        with pytest.raises(InferenceServerException, match="has become shorter"):
            client.infer("id", [tensor])
        plain = http.InferInput("INPUT0", [1, 4], "FP32")
        plain.set_data_from_numpy(np.zeros((1, 4), np.float32))
        with pytest.raises(InferenceServerException, match="has become shorter"):
            client.infer("id", [plain], outputs=[shared_output("r", PAGE, PAGE)])
        assert region.path.stat().st_size == PAGE
        assert server.exit_status is None and client.is_server_live()


def test_outputs_must_fit(client: http.InferenceServerClient) -> None:
    with Region(client, "r", PAGE):
        plain = http.InferInput("INPUT0", [1, 4], "FP32")
        plain.set_data_from_numpy(np.zeros((1, 4), np.float32))
        with pytest.raises(InferenceServerException, match=r"\(15 bytes\) should be at least 16 bytes"):
            client.infer("id", [plain], outputs=[shared_output("r", 15)])


def test_other_keys_are_refused(server: NereidServer) -> None:
    for key in ["/other", "/../etc/passwd", "/triton_python_backend_shm_region_1"]:
        status, body = post(server, "/v2/systemsharedmemory/region/x/register", {"key": key, "byte_size": 1})
        assert status == 400 and "cannot register shared memory region 'x'" in body


def test_shared_memory_is_off_by_default(repository: Path, serve: Serve) -> None:
    server = serve(repository)
    path = "/v2/systemsharedmemory"
    assert post(server, f"{path}/region/r/register", {"key": "/x", "byte_size": 1})[0] == 501
    assert post(server, f"{path}/unregister", b"")[0] == 501
    assert get(server, f"{path}/status") == (200, "[]")
