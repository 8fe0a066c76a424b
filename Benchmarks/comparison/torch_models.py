"""Writes a repository with TorchScript models: torch_models.py REPOSITORY NAME=MEGABYTES...

Runs in the Python of `scripts/python`, which has torch.
"""

import sys
from pathlib import Path

import torch
from torch import Tensor, nn

# Weights of 4 MB, the size of a large layer.
_WIDTH = 1024
_LAYER_BYTES = 4 * _WIDTH * _WIDTH

_CONFIGURATION = """\
backend: "pytorch"
max_batch_size: 0
input [ { name: "x" data_type: TYPE_FP32 dims: [ 1, %d ] } ]
output [ { name: "y" data_type: TYPE_FP32 dims: [ 1, %d ] } ]
instance_group [ { kind: KIND_CPU count: 1 } ]
""" % (_WIDTH, _WIDTH)


class Layers(nn.Module):
    def __init__(self, count: int):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(_WIDTH, _WIDTH) for _ in range(count))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x


def write_model(repository: Path, name: str, megabytes: int) -> None:
    file = repository / name / "1" / "model.pt"
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    (repository / name / "config.pbtxt").write_text(_CONFIGURATION)
    torch.jit.script(Layers(max(1, round(megabytes * 1e6 / _LAYER_BYTES))).eval()).save(str(file))


if __name__ == "__main__":
    for word in sys.argv[2:]:
        name, _, megabytes = word.partition("=")
        write_model(Path(sys.argv[1]), name, int(megabytes))
