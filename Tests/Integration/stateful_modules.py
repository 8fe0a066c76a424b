"""Modules whose state is set anew at the start of a sequence and then changed in place.

LibTorch's optimized execution turns the fresh zeros into a constant of the graph, which the change in place then spoils:
every sequence starts from what the one before left. START > 0 begins a sequence; the state is h = h / 2 + x.
"""

import torch
from torch import Tensor, nn


class CallReset(nn.Module):
    """The reset is a method of the module."""

    def __init__(self) -> None:
        super().__init__()
        self.h = torch.zeros(4)

    @torch.jit.export
    def reset(self) -> None:
        self.h = torch.zeros(4)

    def forward(self, x: Tensor, start: Tensor) -> Tensor:
        if bool(start[0] > 0):
            self.reset()
        self.h.mul_(0.5).add_(x)
        return self.h.clone()


class ForkReset(nn.Module):
    """The reset runs in a forked task, which LibTorch may execute on a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.h = torch.zeros(4)

    def fresh(self) -> Tensor:
        return torch.zeros(4)

    def forward(self, x: Tensor, start: Tensor) -> Tensor:
        if bool(start[0] > 0):
            task = torch.jit.fork(self.fresh)
            self.h = torch.jit.wait(task)
        self.h.mul_(0.5).add_(x)
        return self.h.clone()


@torch.jit.interface
class InitialState:
    def initial(self) -> Tensor:
        pass


class Zeros(nn.Module):
    @torch.jit.export
    def initial(self) -> Tensor:
        return torch.zeros(4)

    def forward(self) -> Tensor:
        return torch.zeros(4)


class InterfaceReset(nn.Module):
    """The reset comes from a submodule behind a TorchScript interface, a function of its own that is not inlined."""

    source: InitialState

    def __init__(self) -> None:
        super().__init__()
        self.source = torch.jit.script(Zeros())
        self.h = torch.zeros(4)

    def forward(self, x: Tensor, start: Tensor) -> Tensor:
        if bool(start[0] > 0):
            self.h = self.source.initial()
        self.h.mul_(0.5).add_(x)
        return self.h.clone()
