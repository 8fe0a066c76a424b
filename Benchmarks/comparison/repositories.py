"""Writes the model repositories for the servers: each holds one model, `identity`, FP32 of any length."""

import subprocess
from pathlib import Path

from .errors import ComparisonError, last_lines

MODEL = "identity"
INPUT = "INPUT0"
OUTPUT = "OUTPUT0"

_CONFIGURATION = """\
name: "{model}"
backend: "{backend}"
max_batch_size: 0
input [ {{ name: "{input}" data_type: TYPE_FP32 dims: [ -1 ] }} ]
output [ {{ name: "{output}" data_type: TYPE_FP32 dims: [ -1 ] }} ]
instance_group [ {{ kind: KIND_CPU count: 1 }} ]
"""

_COPY = 'parameters { key: "copy_outputs" value { string_value: "true" } }\n'

# Triton's stub runs an isolated Python that ignores PYTHONPATH.
_PYTHON_MODEL = """\
import sys

sys.path.insert(0, {packages!r})
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        values = pb_utils.get_input_tensor_by_name(request, "{input}").as_numpy()
        return pb_utils.InferenceResponse(output_tensors=[pb_utils.Tensor("{output}", values)])
"""


def _write_model(repository: Path, configuration: str) -> Path:
    version = repository / MODEL / "1"
    version.mkdir(parents=True, exist_ok=True)
    (repository / MODEL / "config.pbtxt").write_text(configuration)
    return version


def _configuration(backend: str) -> str:
    return _CONFIGURATION.format(model=MODEL, backend=backend, input=INPUT, output=OUTPUT)


def write_identity_repository(repository: Path, copies_outputs: bool) -> Path:
    """For the backend `identity`, of Nereid and of Triton."""
    _write_model(repository, _configuration("identity") + (_COPY if copies_outputs else ""))
    return repository


def write_python_repository(repository: Path, packages: Path) -> Path:
    """For Triton's Python backend; `packages` is where numpy is."""
    version = _write_model(repository, _configuration("python"))
    (version / "model.py").write_text(_PYTHON_MODEL.format(packages=str(packages), input=INPUT, output=OUTPUT))
    return repository


def write_torch_model(repository: Path, name: str, megabytes: int) -> None:
    """A TorchScript model with so many megabytes of weights; by the Python of this checkout that has torch."""
    root = Path(__file__).resolve().parents[2]
    script = Path(__file__).with_name("torch_models.py")
    command = [str(root / "scripts" / "python"), str(script), str(repository), f"{name}={megabytes}"]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise ComparisonError(
            f"the model could not be written (scripts/prepare python installs torch):\n{last_lines(result.stderr)}"
        )
