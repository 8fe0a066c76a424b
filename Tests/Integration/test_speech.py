"""The speech example through the server: right answers under load, optimized execution on and off, and its error rate."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as http
from nereid_server import EXECUTABLE, ROOT, NereidServer
from tritonclient.utils import InferenceServerException

EXAMPLE = ROOT / "Examples" / "speech"
_SETTING = re.compile(r'parameters \{ key: "DISABLE_OPTIMIZED_EXECUTION".*\}\n')


def copy_repository(source: Path, target: Path, optimized: bool) -> None:
    """Copies the models with optimized execution on or off in all of them."""
    shutil.copytree(source, target)
    for config in target.glob("*/config.pbtxt"):
        text = config.read_text()
        if 'backend: "pytorch"' not in text:
            continue
        value = "false" if optimized else "true"
        setting = f'parameters {{ key: "DISABLE_OPTIMIZED_EXECUTION" value {{ string_value: "{value}" }} }}\n'
        config.write_text(_SETTING.sub("", text) + setting)


def run_script(name: str, server: NereidServer, *arguments: str) -> None:
    command = [sys.executable, str(EXAMPLE / name), "--url", server.url, *arguments]
    result = subprocess.run(command, capture_output=True, text=True)
    print(result.stdout)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module", params=[True, False], ids=["optimized", "not_optimized"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NereidServer]:
    folder = tmp_path_factory.mktemp("speech")
    copy_repository(EXAMPLE / "models", folder / "models", optimized=request.param)
    with NereidServer(folder / "models", folder / "server.log") as server:
        yield server


@pytest.fixture(scope="module", params=[True, False], ids=["optimized", "not_optimized"])
def accurate(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NereidServer]:
    folder = tmp_path_factory.mktemp("accurate")
    copy_repository(EXAMPLE / "accurate", folder / "models", optimized=request.param)
    with NereidServer(folder / "models", folder / "server.log") as server:
        yield server


def test_word_error_rate(demo: NereidServer) -> None:
    run_script("score.py", demo, "--most-errors", "25")


def test_200_requests_from_4_clients(demo: NereidServer) -> None:
    run_script("load.py", demo, "--requests", "200", "--clients", "4")


def test_accurate_word_error_rate(accurate: NereidServer) -> None:
    run_script("score.py", accurate, "--model", "speech_accurate", "--most-errors", "5")


def test_accurate_from_4_clients(accurate: NereidServer) -> None:
    run_script("load.py", accurate, "--model", "speech_accurate", "--requests", "33", "--clients", "4")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NereidServer]:
    """The repository as ./serve serves it."""
    with NereidServer(EXAMPLE / "models", tmp_path_factory.mktemp("shipped") / "server.log") as server:
        yield server


def test_infer_command_prints_the_transcription(shipped: NereidServer) -> None:
    command = [str(EXECUTABLE), "infer", "speech", "--url", shipped.url, "--input", f"AUDIO=@{EXAMPLE / 'audio' / 'jfk.wav'}"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "what your country can do for you" in result.stdout


@pytest.mark.parametrize("samples", [0, 200, 480_001])
def test_audio_too_short_or_too_long(shipped: NereidServer, samples: int) -> None:
    audio = http.InferInput("AUDIO", [samples], "FP32")
    audio.set_data_from_numpy(np.zeros(samples, np.float32))
    client = shipped.client()
    with pytest.raises(InferenceServerException, match=f"(?s)AUDIO has {samples} samples, this model takes 201 to 480000"):
        client.infer("speech", [audio])


def test_silence_is_an_empty_text(shipped: NereidServer) -> None:
    audio = http.InferInput("AUDIO", [16_000], "FP32")
    audio.set_data_from_numpy(np.zeros(16_000, np.float32))
    assert shipped.client().infer("speech", [audio]).as_numpy("TEXT").tolist() == [b""]
