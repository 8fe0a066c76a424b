"""Writes the TorchScript modules of the tests into a folder: make_models.py DIRECTORY

Needs torch. Does nothing when the folder is newer than this file.
"""

import os
import sys
import warnings
from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn

warnings.filterwarnings("ignore")
torch.set_num_threads(1)


class Reset(nn.Module):
    """Keeps a state that forward changes in place."""

    def __init__(self):
        super().__init__()
        self.h = torch.zeros(2, 4)

    @torch.jit.export
    def reset(self):
        self.h = torch.zeros(2, 4)

    def forward(self, x):
        self.h.mul_(0.5).add_(x)
        return self.h.clone()


class Fork(nn.Module):
    """Computes in two parallel tasks."""

    def __init__(self):
        super().__init__()
        self.r = Reset()

    def forward(self, x):
        f = torch.jit.fork(torch.mm, x, x)
        g = torch.jit.fork(torch.mm, x + 1, x)
        return torch.jit.wait(f) + torch.jit.wait(g)


class ForkReset(nn.Module):
    """The reset at a sequence's start runs in a task; the state is then changed in place."""

    def __init__(self):
        super().__init__()
        self.h = torch.zeros(4)

    def fresh(self):
        return torch.zeros(4)

    def forward(self, x, start):
        if bool(start[0] > 0):
            f = torch.jit.fork(self.fresh)
            self.h = torch.jit.wait(f)
        self.h.mul_(0.5).add_(x)
        return self.h.clone()


class SequentialForks(nn.Module):
    """The reset runs in a task that is forked after a wait, thus by a thread of the process."""

    def __init__(self):
        super().__init__()
        self.h = torch.zeros(4)

    def busy(self):
        n = 0
        while n < 20000:
            n += 1
        return torch.full([4], float(n))

    def fresh(self):
        return torch.zeros(4)

    def forward(self, x, start):
        if bool(start[0] > 0):
            torch.jit.wait(torch.jit.fork(self.busy))
            self.h = torch.jit.wait(torch.jit.fork(self.fresh))
        self.h.mul_(0.5).add_(x)
        return self.h.clone()


class NestedForks(nn.Module):
    """The reset runs in a task that another task forks."""

    def __init__(self):
        super().__init__()
        self.h = torch.zeros(4)

    def fresh(self):
        return torch.zeros(4)

    def outer(self):
        return torch.jit.wait(torch.jit.fork(self.fresh))

    def forward(self, x, start):
        if bool(start[0] > 0):
            self.h = torch.jit.wait(torch.jit.fork(self.outer))
        self.h.mul_(0.5).add_(x)
        return self.h.clone()


class UnwaitedFork(nn.Module):
    """Returns a tensor that a task writes to later; the next call waits for the task."""

    tasks: List[torch.jit.Future[Tensor]]

    def __init__(self):
        super().__init__()
        self.tasks = torch.jit.annotate(List[torch.jit.Future[Tensor]], [])

    def bump(self, y):
        n = 0
        while n < 1000000:
            n += 1
        return y.add_(n)

    def forward(self, x):
        for task in self.tasks:
            torch.jit.wait(task)
        self.tasks.clear()
        y = x.clone()
        self.tasks.append(torch.jit.fork(self.bump, y))
        return y


class ForkThrows(nn.Module):
    """A task fails."""

    def fail(self, x):
        if bool(x[0] > 0):
            raise ValueError("the input must not be positive")
        return x + 1

    def forward(self, x):
        return torch.jit.wait(torch.jit.fork(self.fail, x))


@torch.jit.interface
class InitialInterface(nn.Module):
    def initial(self) -> torch.Tensor:
        pass


class Initial(nn.Module):
    @torch.jit.export
    def initial(self) -> torch.Tensor:
        return torch.zeros(4)

    def forward(self) -> torch.Tensor:
        return torch.zeros(4)


class InterfaceReset(nn.Module):
    """The initial state comes from a submodule behind an interface, which is not inlined."""

    init: InitialInterface

    def __init__(self):
        super().__init__()
        self.init = torch.jit.script(Initial())
        self.h = torch.zeros(4)

    def forward(self, x, start):
        if bool(start[0] > 0):
            self.h = self.init.initial()
        self.h.mul_(0.5).add_(x)
        return self.h.clone()


class ReturnsState(nn.Module):
    """Hands out its own state, which the next call overwrites."""

    def __init__(self):
        super().__init__()
        self.total = torch.zeros(2)

    def forward(self, x):
        self.total.add_(x)
        return self.total


class ReturnsViewOfState(nn.Module):
    def __init__(self):
        super().__init__()
        self.total = torch.zeros(3)

    def forward(self, x):
        self.total[:2].add_(x)
        return self.total[:2]


class ReturnsStateInContainer(nn.Module):
    states: Dict[str, List[Tensor]]

    def __init__(self):
        super().__init__()
        self.states = {"total": [torch.zeros(2)]}

    def forward(self, x):
        self.states["total"][0].add_(x)
        return self.states["total"][0]


class ReturnsTwice(nn.Module):
    """Keeps one tensor and returns it under two names."""

    def __init__(self):
        super().__init__()
        self.total = torch.zeros(2)

    def forward(self, x):
        self.total.add_(x)
        return self.total, self.total.view(2)


class ReturnsStoredInput(nn.Module):
    """Returns its input, which the next call overwrites."""

    def __init__(self):
        super().__init__()
        self.last = torch.zeros(2)

    def forward(self, x):
        self.last.zero_()
        self.last = x
        return x


class ReturnsConverted(nn.Module):
    """Converting to the type that a tensor has returns the tensor itself, which the operator's schema does not say."""

    def __init__(self):
        super().__init__()
        self.total = torch.zeros(2)

    def forward(self, x):
        return self.total.type_as(x).add_(x)


class ReturnsPermuted(nn.Module):
    """The same with einsum, which returns a view."""

    def __init__(self):
        super().__init__()
        self.total = torch.zeros(1, 2)

    def forward(self, x):
        return torch.einsum("ij->ji", self.total)[:, 0].add_(x)


constant = torch.zeros(2)


class ReturnsConstant(nn.Module):
    """Traced, it writes to a constant of its code."""

    def forward(self, x):
        return constant.add_(x)


class WritesParameter(nn.Module):
    """Keeps its state in a parameter, beside one that it only reads."""

    def __init__(self):
        super().__init__()
        self.total = nn.Parameter(torch.zeros(2))
        self.weight = nn.Parameter(torch.ones(2))

    def forward(self, x):
        with torch.no_grad():
            self.total.view(2).add_(x)
        return self.total, self.weight


class WritesAliasOfParameter(nn.Module):
    """The parameter is written under the name of another attribute."""

    def __init__(self):
        super().__init__()
        self.total = nn.Parameter(torch.zeros(2))
        self.alias = torch.zeros(2)

    def forward(self, x):
        self.alias = self.total.detach()
        self.alias.add_(x)
        return self.total, self.alias


class SharedMemory(nn.Module):
    """Two attributes with the same memory, which a copy would separate."""

    def __init__(self):
        super().__init__()
        self.whole = torch.zeros(4)
        self.half = self.whole[:2]

    def forward(self, x):
        self.half.add_(x)
        return self.whole.clone()


class Identity(nn.Module):
    def forward(self, x):
        return x


class Clone(nn.Module):
    def forward(self, x):
        return x.clone()


class Subtract(nn.Module):
    def forward(self, left, right):
        return left - right


class AddInPlace(nn.Module):
    def forward(self, x):
        return x.add_(1)


class DropoutThenInPlace(nn.Module):
    """In evaluation mode dropout returns its input itself."""

    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout()

    def forward(self, x):
        return self.dropout(x).add_(1)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(64, 32)
        self.b = nn.Linear(32, 10)

    def forward(self, x):
        return torch.softmax(self.b(torch.relu(self.a(x))), -1)


class Attention(nn.Module):
    """A block whose sequence length and batch size vary."""

    def __init__(self):
        super().__init__()
        self.q = nn.Linear(8, 8)
        self.k = nn.Linear(8, 8)
        self.v = nn.Linear(8, 8)
        self.a = nn.Linear(8, 16)
        self.b = nn.Linear(16, 8)

    def forward(self, x):
        weights = torch.softmax(torch.matmul(self.q(x), self.k(x).transpose(-2, -1)) / 2.8, -1)
        x = x + torch.matmul(weights, self.v(x))
        return x + self.b(torch.relu(self.a(x)))


class ConvolutionNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv1d(3, 5, 3, padding=1)
        self.n = nn.BatchNorm1d(5)

    def forward(self, x):
        return torch.relu(self.n(self.c(x)))


class Embedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(16, 6)

    def forward(self, input_ids, attention_mask):
        return (self.e(input_ids) * attention_mask.unsqueeze(-1).to(torch.float32)).sum(1)


class Upper(nn.Module):
    def forward(self, texts: List[str]) -> List[str]:
        return [t.upper() for t in texts]


class TextLengths(nn.Module):
    def forward(self, texts: List[str]) -> Tuple[Tensor, List[str]]:
        return torch.tensor([len(t) for t in texts]), texts


class DictionaryInOut(nn.Module):
    def forward(self, inputs: Dict[str, Tensor]) -> Dict[str, Tensor]:
        return {"sum": inputs["a"] + inputs["b"], "difference": inputs["a"] - inputs["b"]}


class Moments(NamedTuple):
    mean: Tensor
    spread: Tensor


class NamedTupleOut(nn.Module):
    def forward(self, x) -> Moments:
        return Moments(x.mean(-1), x.amax(-1) - x.amin(-1))


class OptionalArguments(nn.Module):
    def forward(self, x, bias: Optional[Tensor] = None, scale: float = 2.0, extra: Optional[List[str]] = None):
        y = x * scale
        if bias is not None:
            y = y + bias
        return y


class TwoOutputs(nn.Module):
    def forward(self, x):
        return x + 1, x.to(torch.int64).transpose(0, 1)


class TensorListOut(nn.Module):
    def forward(self, x) -> List[Tensor]:
        return [x + 1, x + 2]


class ScalarArgument(nn.Module):
    def forward(self, x, rate: int):
        return x * rate


class NumberArguments(nn.Module):
    """Numbers in place of tensors; `bias` comes after an argument that can be left out."""

    def forward(self, x, rate: int, gain: float, negate: bool, power: float = 1.0, bias: Optional[Tensor] = None):
        y = (x * rate + gain) ** power
        if bias is not None:
            y = y + bias
        return -y if negate else y


class TextArgument(nn.Module):
    def forward(self, x, mode: str):
        return x


class ScalarOut(nn.Module):
    def forward(self, x) -> float:
        return float(x.sum())


class ZeroRankOut(nn.Module):
    def forward(self, x):
        return x.sum()


class ComplexOut(nn.Module):
    def forward(self, x):
        return torch.complex(x, x)


class Throws(nn.Module):
    def forward(self, x):
        if bool(x[0] > 0):
            raise ValueError("the input must not be positive")
        return x


class ThroughIntegers(nn.Module):
    """Wants sizes that no parameter tells."""

    def forward(self, x):
        if x.dtype != torch.int64:
            raise ValueError("int64 is wanted")
        if x.dim() != 2 or x.size(1) != 80:
            raise ValueError("a shape of [n, 80] is wanted")
        return x // 3


class Slow(nn.Module):
    """Runs for seconds in one call."""

    def forward(self, x):
        count = 0
        while count < 8000000:
            count += 1
        return x + count


class Positions(nn.Module):
    """Tracing bakes the length into it."""

    def __init__(self):
        super().__init__()
        self.e = nn.Embedding(32, 8)

    def forward(self, x):
        return x + self.e(torch.arange(int(x.shape[1])))


class Large(nn.Module):
    """20 MB of weights."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(5, 1024, 1024))

    def forward(self, x):
        return x + self.weight[0, 0, 0]


class ZeroTensorOut(nn.Module):
    """A tensor without memory."""

    def forward(self, x):
        return torch._efficientzerotensor([2, 3])


class NestedOut(nn.Module):
    """A tensor without a shape."""

    def forward(self, x):
        return torch._nested_tensor_from_mask(x, torch.ones(x.shape[:2]).to(torch.bool))


class NeverFits(nn.Module):
    def forward(self, x):
        raise ValueError("no input is good enough")


def main(directory):
    stamp = os.path.join(directory, ".complete")
    if os.path.exists(stamp) and os.path.getmtime(stamp) > os.path.getmtime(__file__):
        return
    os.makedirs(directory, exist_ok=True)
    torch.manual_seed(7)
    path = lambda name: os.path.join(directory, name + ".pt")
    modules = {
        "reset": Reset(), "fork": Fork(), "fork_reset": ForkReset(), "interface_reset": InterfaceReset(),
        "returns_state": ReturnsState(), "identity": Identity(), "clone": Clone(), "subtract": Subtract(),
        "add_in_place": AddInPlace(), "dropout_in_place": DropoutThenInPlace(), "classifier": Classifier(),
        "attention": Attention(), "convolution": ConvolutionNorm(), "embedding": Embedding(), "upper": Upper(),
        "text_lengths": TextLengths(), "dictionary": DictionaryInOut(), "named_tuple": NamedTupleOut(),
        "optional": OptionalArguments(), "two_outputs": TwoOutputs(), "tensor_list": TensorListOut(),
        "scalar_argument": ScalarArgument(), "scalar_out": ScalarOut(), "zero_rank": ZeroRankOut(),
        "sequential_forks": SequentialForks(), "nested_forks": NestedForks(), "unwaited_fork": UnwaitedFork(),
        "fork_throws": ForkThrows(), "returns_view": ReturnsViewOfState(), "returns_from_container": ReturnsStateInContainer(),
        "returns_twice": ReturnsTwice(), "returns_stored_input": ReturnsStoredInput(), "returns_converted": ReturnsConverted(),
        "returns_permuted": ReturnsPermuted(),
        "writes_parameter": WritesParameter(), "writes_alias": WritesAliasOfParameter(), "shared_memory": SharedMemory(),
        "number_arguments": NumberArguments(), "text_argument": TextArgument(), "slow": Slow(), "positions": Positions(),
        "large": Large(), "zero_tensor": ZeroTensorOut(), "nested": NestedOut(), "complex_out": ComplexOut(), "throws": Throws(), "integers": ThroughIntegers(), "never_fits": NeverFits(),
    }
    for name, module in modules.items():
        torch.jit.script(module.eval()).save(path(name))
    training = torch.jit.script(ConvolutionNorm().train())
    training.save(path("convolution_training"))
    torch.jit.trace(ReturnsConstant(), torch.zeros(2), check_trace=False).save(path("returns_constant"))
    attention = modules["attention"]
    torch.jit.trace(attention, torch.randn(1, 4, 8)).save(path("attention_traced"))
    torch.jit.trace(modules["positions"], torch.zeros(1, 4, 8)).save(path("positions_traced"))
    # Inputs and the answers that eager Python gives, as raw FP32: input then output.
    for batch, length in [(1, 3), (2, 5), (3, 4), (1, 9)]:
        x = torch.randn(batch, length, 8)
        with torch.inference_mode():
            y = attention(x)
        with open(os.path.join(directory, f"attention_{batch}_{length}.f32"), "wb") as file:
            file.write(x.contiguous().numpy().tobytes())
            file.write(y.contiguous().numpy().tobytes())
    torch.save(modules["classifier"].state_dict(), path("saved_weights"))
    torch.save(modules["classifier"].state_dict(), path("saved_weights_old"), _use_new_zipfile_serialization=False)
    with open(path("garbage"), "wb") as file:
        file.write(b"this is no model\n" * 100)
    with open(path("classifier"), "rb") as whole, open(path("cut_off"), "wb") as part:
        part.write(whole.read()[:2000])
    open(stamp, "w").close()


main(sys.argv[1])
