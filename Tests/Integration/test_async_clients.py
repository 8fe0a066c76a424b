"""The asyncio variants of the Python tritonclient, over HTTP and gRPC."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest
import tritonclient.grpc.aio as grpc
import tritonclient.http.aio as http
from model_files import write_standard_models
from nereid_server import NereidServer
from tritonclient.utils import InferenceServerException

VALUES = np.arange(8, dtype=np.float32)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NereidServer]:
    folder = tmp_path_factory.mktemp("models")
    write_standard_models(folder)
    with NereidServer(folder, tmp_path_factory.mktemp("log") / "server.log") as server:
        yield server


def request(module: object) -> list:
    item = module.InferInput("X", [VALUES.size], "FP32")
    item.set_data_from_numpy(VALUES)
    return [item]


def test_http(server: NereidServer) -> None:
    async def talk() -> None:
        async with http.InferenceServerClient(server.url) as client:
            assert await client.is_server_ready()
            assert (await client.get_model_metadata("add_one"))["platform"] == "pytorch_libtorch"
            results = await asyncio.gather(*(client.infer("add_one", request(http)) for _ in range(30)))
            for result in results:
                np.testing.assert_array_equal(result.as_numpy("Y"), VALUES + 1)
            with pytest.raises(InferenceServerException, match="unknown model: 'no_such_model'"):
                await client.get_model_config("no_such_model")

    asyncio.run(talk())


def test_grpc(server: NereidServer) -> None:
    async def talk() -> None:
        async with grpc.InferenceServerClient(server.grpc_url) as client:
            assert await client.is_server_ready()
            assert (await client.get_model_metadata("add_one")).platform == "pytorch_libtorch"
            results = await asyncio.gather(*(client.infer("add_one", request(grpc)) for _ in range(30)))
            for result in results:
                np.testing.assert_array_equal(result.as_numpy("Y"), VALUES + 1)
            with pytest.raises(InferenceServerException, match="unknown model: 'no_such_model'"):
                await client.get_model_config("no_such_model")

    asyncio.run(talk())


def test_grpc_stream(server: NereidServer) -> None:
    async def requests() -> AsyncIterator[dict]:
        for index in range(10):
            yield {"model_name": "add_one", "inputs": request(grpc), "request_id": str(index)}

    async def talk() -> None:
        async with grpc.InferenceServerClient(server.grpc_url) as client:
            got = []
            async for result, error in client.stream_infer(requests()):
                assert error is None
                np.testing.assert_array_equal(result.as_numpy("Y"), VALUES + 1)
                got.append(result.get_response().id)
            assert got == [str(index) for index in range(10)]

    asyncio.run(talk())
