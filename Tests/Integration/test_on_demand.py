"""Models load at first use within a budget of memory: clients never notice, except for the time."""

import random
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
import tritonclient.grpc as grpc
import tritonclient.http as http
from clients import run_together
from model_files import torch_config, write_model
from nereid_server import NereidServer, eventually
from torch import Tensor, nn
from tritonclient.utils import InferenceServerException

MEGABYTES = 8
CONFIG = torch_config("x FP32 1", "y FP32 1")
QUICKLY = ("--model-min-residence-secs=0",)


class AddsAndIsLarge(nn.Module):
    """Adds a number; its file and its memory are MEGABYTES large."""

    def __init__(self, amount: float):
        super().__init__()
        self.register_buffer("amount", torch.tensor(amount))
        self.register_buffer("ballast", torch.rand(MEGABYTES * (1 << 20) // 4))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.amount + 0.0 * self.ballast[0]


def write_models(repository: Path, count: int) -> list[str]:
    names = [f"m{number}" for number in range(count)]
    for number, name in enumerate(names):
        write_model(repository, name, CONFIG, AddsAndIsLarge(float(number)))
    return names


def ask(client: http.InferenceServerClient | grpc.InferenceServerClient, name: str) -> float:
    """What the model adds to 0."""
    module = http if isinstance(client, http.InferenceServerClient) else grpc
    tensor = module.InferInput("x", [1], "FP32")
    tensor.set_data_from_numpy(np.zeros(1, np.float32))
    return float(client.infer(name, [tensor]).as_numpy("y")[0])


def resident_bytes(server: NereidServer) -> int:
    for line in Path(f"/proc/{server.process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def in_memory(client: http.InferenceServerClient) -> list[str]:
    """The models that hold memory, by the server's statistics."""
    return [stats["name"] for stats in client.get_inference_statistics()["model_stats"]]


def test_many_models_share_little_memory(repository: Path, serve: Callable[..., NereidServer]) -> None:
    names = write_models(repository, 20)
    budget = 5 * (MEGABYTES + 1) << 20
    server = serve(repository, f"--model-memory-budget={budget}", "--pin-model=m0", *QUICKLY)
    client = server.client()
    assert in_memory(client) == ["m0"]
    assert all(client.is_model_ready(name) for name in names)
    ask(client, "m0")
    before = resident_bytes(server)
    most = 0
    stop = threading.Event()

    def watch() -> None:
        nonlocal most
        watcher = server.client()
        while not stop.wait(0.05):
            resident = in_memory(watcher)
            assert "m0" in resident and len(resident) <= 5, resident
            most = max(most, resident_bytes(server))

    def use(seed: int) -> None:
        order = random.Random(seed)
        own = server.client() if seed % 2 else server.grpc_client()
        for _ in range(25):
            number = order.randrange(20)
            assert ask(own, f"m{number}") == number

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run_together(*(lambda seed=seed: use(seed) for seed in range(8)))
    finally:
        stop.set()
        watcher.join()
    # As long as models are asked for, some of the five may be loading.
    eventually(lambda: len(in_memory(client)) == 5)
    # Four models beside the pinned one; a load holds its file and its tensors for a moment.
    assert most - before < 14 * MEGABYTES << 20, (before, most)
    assert "makes room for other models" in server.log


def test_a_broken_model_tells_its_cause(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_models(repository, 1)
    folder = write_model(repository, "broken", CONFIG)
    (folder / "model.pt").write_bytes(b"this is no TorchScript archive")
    server = serve(repository, "--model-memory-budget=1GiB")
    clients = [server.client(), server.grpc_client()]
    for client in clients:
        with pytest.raises(InferenceServerException) as failure:
            ask(client, "broken")
        message = str(failure.value)
        assert "Request for unknown model: 'broken' has no available versions: load failed for model 'broken'" in message
        assert "model.pt" in message
        assert ask(client, "m0") == 0
    entry = next(entry for entry in clients[0].get_model_repository_index() if entry["name"] == "broken")
    assert entry["state"] == "UNAVAILABLE" and "model.pt" in entry["reason"]
    assert clients[0].is_server_ready()


def test_metadata_streams_and_generate_wait_for_their_model(
    repository: Path, serve: Callable[..., NereidServer]
) -> None:
    write_models(repository, 4)
    server = serve(repository, f"--model-memory-budget={(MEGABYTES + 1) << 20}", *QUICKLY)
    client, grpc_client = server.client(), server.grpc_client()
    assert client.get_model_metadata("m0")["inputs"][0]["name"] == "x"
    assert grpc_client.get_model_metadata("m1").inputs[0].name == "x"
    assert client.get_model_config("m2")["name"] == "m2"
    assert grpc_client.get_model_config("m3").config.name == "m3"

    answers: list[float | str] = []
    done = threading.Semaphore(0)

    def answered(result: grpc.InferResult | None, error: InferenceServerException | None) -> None:
        answers.append(str(error) if result is None else float(result.as_numpy("y")[0]))
        done.release()

    tensor = grpc.InferInput("x", [1], "FP32")
    tensor.set_data_from_numpy(np.zeros(1, np.float32))
    grpc_client.start_stream(answered)
    order = [0, 1, 1, 2, 0, 3]
    for number in order:
        grpc_client.async_stream_infer(f"m{number}", [tensor])
    for _ in order:
        assert done.acquire(timeout=60)
    grpc_client.stop_stream()
    assert answers == order


def test_explicit_mode_loads_and_unloads_members(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_models(repository, 3)
    server = serve(
        repository, "--model-control-mode=explicit", f"--model-memory-budget={2 * (MEGABYTES + 1) << 20}", *QUICKLY
    )
    client = server.client()
    with pytest.raises(InferenceServerException, match="'m0' is not found"):
        ask(client, "m0")
    for number in range(3):
        client.load_model(f"m{number}")
    assert in_memory(client) == ["m1", "m2"]
    assert ask(client, "m0") == 0
    client.unload_model("m0")
    assert not client.is_model_ready("m0")
    with pytest.raises(InferenceServerException, match="m0"):
        ask(client, "m0")


def test_a_deadline_ends_the_wait(repository: Path, serve: Callable[..., NereidServer]) -> None:
    write_models(repository, 2)
    # Whatever has loaded stays for longer than the client waits.
    server = serve(repository, f"--model-memory-budget={(MEGABYTES + 1) << 20}", "--model-min-residence-secs=3")
    client = server.grpc_client()
    assert ask(client, "m0") == 0
    tensor = grpc.InferInput("x", [1], "FP32")
    tensor.set_data_from_numpy(np.zeros(1, np.float32))
    with pytest.raises(InferenceServerException, match="(?i)deadline"):
        client.infer("m1", [tensor], client_timeout=0.5)
    assert ask(client, "m1") == 1
