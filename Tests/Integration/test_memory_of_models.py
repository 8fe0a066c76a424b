"""What loads take and unloads give back, and how they stand behind what serves."""

import http.client
import os
import time
from pathlib import Path

import grpc
import numpy as np
import pytest
import torch
from clients import add_one, infer_vector
from model_files import ADD_CONFIG, Add, identity_config, torch_config, write_model
from nereid_server import NereidServer, eventually
from process_view import descriptor_count, nice_values, resident_bytes, thread_count
from tritonclient.grpc import service_pb2, service_pb2_grpc

CYCLES = int(os.environ.get("NEREID_LOAD_CYCLES", "40"))
WEIGHTS = 16 << 20
EXPLICIT = "--model-control-mode=explicit"
MEMORY_FIELD = "nereid-model-memory-bytes"


class Weighty(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(WEIGHTS // 4096, 1024))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.weight.sum() * 0.0


@pytest.fixture
def weighty(repository: Path) -> Path:
    write_model(repository, "weighty", torch_config("X FP32 -1", "Y FP32 -1"), Weighty())
    write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    return repository


def gone(server: NereidServer, model: str) -> bool:
    client = server.client()
    entries = [entry for entry in client.get_model_repository_index() if entry["name"] == model]
    client.close()
    return all(entry.get("state", "UNAVAILABLE") == "UNAVAILABLE" for entry in entries)


def unload(server: NereidServer, model: str) -> None:
    client = server.client()
    client.unload_model(model)
    client.close()
    eventually(lambda: gone(server, model))


def test_weights_come_back_with_an_unload(weighty: Path, serve) -> None:
    server = serve(weighty, EXPLICIT, "--load-model=add_one")
    client = server.client()
    before = resident_bytes(server.process_id)
    client.load_model("weighty")
    assert resident_bytes(server.process_id) - before > WEIGHTS // 2
    unload(server, "weighty")
    # What LibTorch keeps from its first work stays.
    assert resident_bytes(server.process_id) - before < WEIGHTS // 2
    assert f"weighty:1 takes {WEIGHTS >> 20}.0 MiB; resident memory " in server.log
    assert f"weighty:1 gave back {WEIGHTS >> 20}.0 MiB; resident memory " in server.log


def test_statistics_show_the_memory_of_a_model(weighty: Path, serve) -> None:
    server = serve(weighty, EXPLICIT, "--load-model=*")
    expected = [{"type": "CPU", "id": 0, "byte_size": WEIGHTS}]
    client = server.client()
    assert client.get_inference_statistics("weighty")["model_stats"][0]["memory_usage"] == expected
    over_grpc = server.grpc_client().get_inference_statistics("weighty").model_stats[0].memory_usage
    assert [(one.type, one.id, one.byte_size) for one in over_grpc] == [("CPU", 0, WEIGHTS)]


def test_answers_to_loads_and_unloads_tell_the_memory(weighty: Path, serve) -> None:
    server = serve(weighty, EXPLICIT, "--load-model=add_one")
    connection = http.client.HTTPConnection(server.url)
    for action in ("load", "unload"):
        connection.request("POST", f"/v2/repository/models/weighty/{action}")
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")
        assert response.headers[MEMORY_FIELD] == str(WEIGHTS), action
        assert int(response.headers["nereid-resident-memory-bytes"]) > WEIGHTS
    eventually(lambda: gone(server, "weighty"))
    with grpc.insecure_channel(server.grpc_url) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        loads = stub.RepositoryModelLoad, service_pb2.RepositoryModelLoadRequest(model_name="weighty")
        unloads = stub.RepositoryModelUnload, service_pb2.RepositoryModelUnloadRequest(model_name="weighty")
        for call, request in (loads, unloads):
            answer, rpc = call.with_call(request)
            assert answer.ByteSize() == 0
            assert dict(rpc.trailing_metadata())[MEMORY_FIELD] == str(WEIGHTS)


def test_loads_stand_behind_what_serves(repository: Path, serve) -> None:
    """Threads that load have a low priority; those of instances that they have made do not."""
    write_model(repository, "slow", identity_config("FP32", "-1", {"creation_delay_sec": "2"}))
    write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    server = serve(repository, EXPLICIT)
    own = os.getpriority(os.PRIO_PROCESS, server.process_id)
    client = server.client()
    client.load_model("add_one")
    assert add_one(client) == 3.0
    assert nice_values(server.process_id)["add_one_0"] == {own}
    connection = http.client.HTTPConnection(server.url)
    connection.request("POST", "/v2/repository/models/slow/load")
    eventually(lambda: "model loader" in nice_values(server.process_id))
    values = nice_values(server.process_id)
    assert values.pop("model loader") == {19}
    assert all(max(nice) <= own for name, nice in values.items() if name != "model unloader"), values
    assert connection.getresponse().status == 200
    everyone = nice_values(server.process_id)
    assert all(max(nice) <= own for name, nice in everyone.items() if not name.startswith("model ")), everyone


def test_load_cycles_leave_nothing_behind(weighty: Path, serve) -> None:
    """NEREID_LOAD_CYCLES sets how many; a leak of one model in ten cycles, or a thread or descriptor in any, would show."""
    server = serve(weighty, EXPLICIT, "--load-model=add_one")
    client = server.client()
    readings: list[tuple[int, int, int]] = []
    for _ in range(CYCLES):
        client.load_model("weighty")
        assert infer_vector(client, "weighty", np.array([2.0], np.float32), "X", "Y")[0] == 2.0
        unload(server, "weighty")
        # The connection of `unload` closes after it has been answered.
        time.sleep(0.02)
        process = server.process_id
        readings.append((resident_bytes(process), thread_count(process), descriptor_count(process)))
    half = len(readings) // 2
    early, late = readings[half // 2 : half], readings[half:]
    assert min(r[0] for r in late) - min(r[0] for r in early) < WEIGHTS * CYCLES // 40
    assert min(r[1] for r in late) <= min(r[1] for r in early) + 1
    assert min(r[2] for r in late) <= min(r[2] for r in early)


def test_a_model_is_warm_for_a_range_of_shapes(repository: Path, serve) -> None:
    shapes = 'parameters { key: "WARMUP_SHAPES" value { string_value: "X[1..64]" } }'
    write_model(repository, "add_one", ADD_CONFIG + shapes, Add(1.0))
    server = serve(repository)
    # 1, 2, 4 ... 64, each three times: execution is optimised.
    assert "instance 'add_one_0' is warm for 7 shapes, each run 3 times" in server.log
    statistics = server.client().get_inference_statistics("add_one")["model_stats"][0]
    assert statistics["execution_count"] == 21
