"""Log and trace settings over HTTP, and that log settings act."""

from collections.abc import Callable
from pathlib import Path

import pytest
from clients import get
from model_files import identity_config, write_model
from nereid_server import NereidServer
from tritonclient.utils import InferenceServerException

Serve = Callable[..., NereidServer]
TRACE = {
    "trace_level": ["OFF"],
    "trace_rate": "1000",
    "trace_count": "-1",
    "log_frequency": "0",
    "trace_file": "",
    "trace_mode": "triton",
}


def test_log_settings_act(repository: Path, serve: Serve) -> None:
    server = serve(repository, "--model-control-mode=explicit", "--log-verbose=0")
    client = server.client()
    settings = client.get_log_settings()
    assert settings == {
        "log_file": "",
        "log_info": True,
        "log_warning": True,
        "log_error": True,
        "log_verbose_level": 0,
        "log_format": "default",
    }
    with pytest.raises(InferenceServerException):
        client.load_model("nosuch1")
    assert "a load request failed" not in server.log
    changed = client.update_log_settings({"log_verbose_level": 1, "log_format": "ISO8601"})
    assert changed == {**settings, "log_verbose_level": 1, "log_format": "ISO8601"}
    with pytest.raises(InferenceServerException):
        client.load_model("nosuch2")
    line = next(line for line in server.log.splitlines() if "a load request failed" in line)
    assert line[:4].isdigit() and line[10] == "T"
    with pytest.raises(InferenceServerException, match="log file location can not be updated"):
        client.update_log_settings({"log_file": "/tmp/x"})
    client.close()


def test_flags_are_the_first_settings(repository: Path, serve: Serve) -> None:
    server = serve(
        repository, "--log-format=ISO8601", "--log-error=false", "--trace-config=rate=5", "--trace-config=triton,file=/tmp/t"
    )
    client = server.client()
    assert client.get_log_settings()["log_format"] == "ISO8601"
    assert client.get_log_settings()["log_error"] is False
    assert client.get_trace_settings() == {**TRACE, "trace_rate": "5", "trace_file": "/tmp/t"}
    assert "does not write traces" not in server.log
    assert client.update_trace_settings(settings={"trace_level": ["TIMESTAMPS"]})["trace_level"] == ["TIMESTAMPS"]
    assert "does not write traces" in server.log
    client.close()


def test_trace_settings_of_models(repository: Path, serve: Serve) -> None:
    write_model(repository, "id", identity_config("FP32", "1"))
    server = serve(repository)
    client = server.client()
    assert client.get_trace_settings() == TRACE
    client.update_trace_settings(settings={"trace_count": "10"})
    assert client.update_trace_settings("id", {"trace_rate": "3"}) == {**TRACE, "trace_rate": "3", "trace_count": "10"}
    assert client.get_trace_settings("id")["trace_rate"] == "3"
    assert client.get_trace_settings()["trace_rate"] == "1000"
    assert client.update_trace_settings("id", {"trace_rate": None})["trace_rate"] == "1000"
    assert get(server, "/v2/models/nosuch/trace/setting")[0] == 400
    client.close()
