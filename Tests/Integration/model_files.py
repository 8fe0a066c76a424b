"""Writes model repositories: configurations and TorchScript modules for the tests."""

from pathlib import Path

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """Adds a constant that lies in the file, so that two files give two answers."""

    def __init__(self, amount: float):
        super().__init__()
        self.register_buffer("amount", torch.tensor(amount))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.amount


class SumAndDifference(nn.Module):
    def forward(self, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
        return a + b, a - b


class Throws(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if bool(x.sum() > 0):
            raise ValueError("the tank is empty")
        return x


def write_model(repository: Path, name: str, config: str, module: nn.Module | None = None, version: int = 1) -> Path:
    """Writes config.pbtxt, and model.pt where a module is given; returns the version's folder."""
    folder = repository / name / str(version)
    folder.mkdir(parents=True, exist_ok=True)
    (repository / name / "config.pbtxt").write_text(config)
    if module is not None:
        write_module(folder / "model.pt", module)
    return folder


def write_module(path: Path, module: nn.Module) -> None:
    """Replaces the file in one step, as a deployment does: a reader never sees half of it."""
    partial = path.with_name(path.name + ".partial")
    torch.jit.script(module.eval()).save(str(partial))
    partial.rename(path)


def torch_config(inputs: str, outputs: str, more: str = "") -> str:
    """A configuration without batching; tensors are written "NAME TYPE dims, NAME TYPE dims"."""
    return f'backend: "pytorch"\nmax_batch_size: 0\n{_tensors("input", inputs)}\n{_tensors("output", outputs)}\n{more}\n'


def identity_config(data_type: str, dims: str, parameters: dict[str, str] | None = None) -> str:
    """The identity backend, INPUT0 -> OUTPUT0, with batching up to 8."""
    tensors = _tensors("input", f"INPUT0 {data_type} {dims}") + "\n" + _tensors("output", f"OUTPUT0 {data_type} {dims}")
    lines = [f'parameters {{ key: "{key}" value {{ string_value: "{value}" }} }}' for key, value in (parameters or {}).items()]
    return "\n".join(['backend: "identity"', "max_batch_size: 8", tensors, *lines, ""])


def _tensors(kind: str, text: str) -> str:
    entries = []
    for part in text.split(","):
        name, data_type, *dims = part.split()
        entries.append(f'{{ name: "{name}" data_type: TYPE_{data_type} dims: [ {", ".join(dims)} ] }}')
    return f"{kind} [ {', '.join(entries)} ]"


ADD_CONFIG = torch_config("X FP32 -1", "Y FP32 -1")

_ADD_TWO = """
platform: "ensemble"
max_batch_size: 0
input [ { name: "IN" data_type: TYPE_FP32 dims: [ -1 ] } ]
output [ { name: "OUT" data_type: TYPE_FP32 dims: [ -1 ] } ]
ensemble_scheduling {
  step [
    { model_name: "add_one" model_version: -1 input_map { key: "X" value: "IN" } output_map { key: "Y" value: "once" } },
    { model_name: "add_one" model_version: -1 input_map { key: "X" value: "once" } output_map { key: "Y" value: "OUT" } }
  ]
}
"""


def write_standard_models(repository: Path) -> None:
    """add_one, sum_and_difference (TorchScript), text (identity of strings) and the ensemble add_two."""
    write_model(repository, "add_one", ADD_CONFIG, Add(1.0))
    config = torch_config("A FP32 2 3, B FP32 2 3", "SUM FP32 2 3, DIFFERENCE FP32 2 3")
    write_model(repository, "sum_and_difference", config, SumAndDifference())
    write_model(repository, "text", identity_config("STRING", "-1"))
    write_model(repository, "add_two", _ADD_TWO)
