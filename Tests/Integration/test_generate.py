"""The generate extension over HTTP."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from clients import post
from model_files import identity_config, write_model
from nereid_server import NereidServer


@pytest.fixture
def server(repository: Path, serve: Callable[..., NereidServer]) -> NereidServer:
    write_model(repository, "text", identity_config("STRING", "1"))
    write_model(repository, "numbers", identity_config("INT32", "-1"))
    write_model(repository, "fails", identity_config("INT32", "1", {"fail_every_nth": "1"}))
    return serve(repository)


def flat(body: str) -> dict:
    """The members of an answer without the parameters that the identity backend adds."""
    return {name: value for name, value in json.loads(body).items() if not name.startswith("param")}


def test_generate(server: NereidServer) -> None:
    status, body = post(server, "/v2/models/text/generate", {"id": "g1", "INPUT0": "hello ☃", "temperature": 0.5})
    assert status == 200
    assert flat(body) == {"OUTPUT0": "hello ☃", "id": "g1", "model_name": "text", "model_version": "1"}
    status, body = post(server, "/v2/models/numbers/versions/1/generate", {"parameters": {"INPUT0": [1, -2, 3]}})
    assert (status, flat(body)["OUTPUT0"]) == (200, [1, -2, 3])


def test_generate_stream(server: NereidServer) -> None:
    status, body = post(server, "/v2/models/text/generate_stream", {"INPUT0": "hello"})
    assert status == 200
    assert body.startswith("data: {") and body.endswith("}\n\n")
    assert flat(body.removeprefix("data: "))["OUTPUT0"] == "hello"


def test_errors(server: NereidServer) -> None:
    assert post(server, "/v2/models/nosuch/generate", {"INPUT0": "x"})[0] == 404
    status, body = post(server, "/v2/models/text/generate", {"foo": "x"})
    assert status == 400 and "missing required input(s) ['INPUT0']" in json.loads(body)["error"]
    assert post(server, "/v2/models/text/generate", b"[]")[0] == 500
    assert post(server, "/v2/models/text/generate", {"INPUT0": ["a", "b", "c"], "x": [1]})[0] == 400


def test_a_failing_model_decides_the_status(server: NereidServer) -> None:
    error = {"error": "request 1 fails as 'fail_every_nth' asks"}
    status, body = post(server, "/v2/models/fails/generate", {"INPUT0": 1})
    assert (status, json.loads(body)) == (500, error)
    status, body = post(server, "/v2/models/fails/generate_stream", {"INPUT0": 1})
    assert status == 500 and body.startswith('data: {"error":') and body.endswith("\n\n")
