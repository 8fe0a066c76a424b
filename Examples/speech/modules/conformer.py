"""Log-mel features, the Conformer acoustic model and the CTC collapse of the `hama` speech recogniser.

One clip at a time, no batch dimension: the model was trained without a length mask, so clips of different
lengths cannot share a padded batch.
"""

from typing import List

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MEL_BANDS = 80
FRAME = 400
HOP = 160


class Features(nn.Module):
    """AUDIO FP32 [samples] at 16 kHz -> FEATURES FP32 [80, frames], frames = samples / 160 + 1."""

    def __init__(self, weights: dict[str, Tensor], longest_seconds: int = 30):
        super().__init__()
        self.register_buffer("window", weights["stft_real_kernel"][0, 0].clone())
        self.register_buffer("mel", weights["mel_fb"])
        # Reflection padding needs more samples than it adds; attention over the frames grows with their square.
        self.shortest = FRAME // 2 + 1
        self.frame, self.hop = FRAME, HOP
        self.longest = longest_seconds * 16000

    def forward(self, audio: Tensor) -> Tensor:
        samples = audio.numel()
        if samples < self.shortest or samples > self.longest:
            raise ValueError(
                f"AUDIO has {samples} samples, this model takes {self.shortest} to {self.longest} (16000 a second)"
            )
        x = audio.reshape(1, 1, samples).clamp(-1.0, 1.0)
        x = F.pad(x, [self.frame // 2, self.frame // 2], mode="reflect").reshape(-1)
        # Not torch.stft: its schema differs between releases, which ties the saved module to one.
        spectrum = torch.fft.rfft(x.unfold(0, self.frame, self.hop) * self.window)
        power = torch.view_as_real(spectrum).pow(2).sum(-1)
        return torch.matmul(power, self.mel).clamp(min=1e-10).log().t().contiguous()


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.silu(self.fc1(self.norm(x))))


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.in_proj = nn.Linear(width, 3 * width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        frames, width = x.size(0), x.size(1)
        qkv = self.in_proj(x).view(frames, 3, self.heads, width // self.heads).permute(1, 2, 0, 3)
        query, key, value = qkv.unbind(0)
        weights = torch.matmul(query * self.scale, key.transpose(-1, -2)).softmax(-1)
        return self.out_proj(torch.matmul(weights, value).transpose(0, 1).reshape(frames, width))


class Convolution(nn.Module):
    def __init__(self, width: int, kernel: int):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.pointwise1 = nn.Conv1d(width, 2 * width, 1)
        self.depthwise = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.pointwise2 = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(x).t().unsqueeze(0)
        y = F.silu(self.depthwise(F.glu(self.pointwise1(y), 1)))
        return self.pointwise2(y).squeeze(0).t()


class Block(nn.Module):
    """One Conformer block: half feed-forward, attention, convolution, half feed-forward."""

    def __init__(self, width: int, heads: int, kernel: int):
        super().__init__()
        self.ffn1 = FeedForward(width, 4 * width)
        self.attn_norm = nn.LayerNorm(width)
        self.attn = SelfAttention(width, heads)
        self.conv = Convolution(width, kernel)
        self.ffn2 = FeedForward(width, 4 * width)
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + 0.5 * self.ffn1(x)
        x = x + self.attn(self.attn_norm(x))
        x = x + self.conv(x)
        x = x + 0.5 * self.ffn2(x)
        return self.norm(x)


class Acoustic(nn.Module):
    """FEATURES FP32 [80, frames] -> LOGPROBS FP32 [frames / 2, phones + word boundary + blank]."""

    def __init__(self, weights: dict[str, Tensor], heads: int = 4):
        super().__init__()
        prefix = "acoustic_model.model."
        classes, width, _ = weights[prefix + "proj.weight"].shape
        blocks = len({name.split(".")[3] for name in weights if name.startswith(prefix + "blocks.")})
        # The exporter that wrote the file renamed matrices and most convolutions to numbers that rise in the order
        # of use: the stem, then one depthwise convolution a block; six matrices a block.
        convolutions = _numbered(weights, "onnx::Conv_")
        matrices = [matrix.t() for matrix in _numbered(weights, "onnx::MatMul_")]
        if len(convolutions) != 2 + 2 * blocks or len(matrices) != 6 * blocks:
            raise ValueError(f"{len(convolutions)} convolution and {len(matrices)} matrix weights for {blocks} blocks")

        self.stem = nn.Conv1d(MEL_BANDS, width, 3, stride=2, padding=1)
        kernel = convolutions[2].shape[-1]
        self.blocks = nn.ModuleList([Block(width, heads, kernel) for _ in range(blocks)])
        self.proj = nn.Conv1d(width, classes, 1)
        _assign(self.stem, convolutions[0], convolutions[1])
        _assign(self.proj, weights[prefix + "proj.weight"], weights[prefix + "proj.bias"])
        for index, block in enumerate(self.blocks):
            own = {name.removeprefix(f"{prefix}blocks.{index}."): value for name, value in weights.items()}
            _assign(block.conv.depthwise, convolutions[2 + 2 * index], convolutions[3 + 2 * index])
            linears = [
                (block.ffn1.fc1, "ffn1.fc1.bias"),
                (block.ffn1.fc2, "ffn1.fc2.bias"),
                (block.attn.in_proj, "attn.in_proj_bias"),
                (block.attn.out_proj, "attn.out_proj.bias"),
                (block.ffn2.fc1, "ffn2.fc1.bias"),
                (block.ffn2.fc2, "ffn2.fc2.bias"),
            ]
            for (linear, bias), matrix in zip(linears, matrices[6 * index : 6 * index + 6]):
                _assign(linear, matrix, own[bias])
            for name in ("conv.pointwise1", "conv.pointwise2", "ffn1.norm", "attn_norm", "conv.norm", "ffn2.norm", "norm"):
                _assign(block.get_submodule(name), own[name + ".weight"], own[name + ".bias"])

    def forward(self, features: Tensor) -> Tensor:
        x = F.gelu(self.stem(features.unsqueeze(0))).squeeze(0).t()
        for block in self.blocks:
            x = block(x)
        return self.proj(x.t().unsqueeze(0)).squeeze(0).t().log_softmax(-1)


class Phones(nn.Module):
    """LOGPROBS FP32 [frames, classes] -> PHONES INT32 [phones]: greedy CTC.

    Repeats are merged and blanks dropped; a word boundary never stands first, last or twice in a row.
    """

    def __init__(self, blank: int, word_boundary: int, temperature: float = 0.95, blank_bias: float = -0.1):
        super().__init__()
        self.blank, self.word_boundary = blank, word_boundary
        self.temperature, self.blank_bias = temperature, blank_bias

    def forward(self, logprobs: Tensor) -> Tensor:
        scores = logprobs / self.temperature
        bias = torch.zeros([scores.size(1)], device=scores.device)
        bias[self.blank] = self.blank_bias
        ids = torch.unique_consecutive((scores + bias).argmax(-1))
        candidates: List[int] = ids[ids != self.blank].tolist()
        kept: List[int] = []
        previous = self.word_boundary
        for phone in candidates:
            if phone != self.word_boundary or previous != self.word_boundary:
                kept.append(phone)
            previous = phone
        if len(kept) > 0 and kept[-1] == self.word_boundary:
            kept = kept[:-1]
        return torch.tensor(kept, dtype=torch.int32)


def _numbered(weights: dict[str, Tensor], prefix: str) -> list[Tensor]:
    """The tensors named `prefix` + number, by rising number."""
    numbers = sorted(int(name.removeprefix(prefix)) for name in weights if name.startswith(prefix))
    return [weights[f"{prefix}{number}"] for number in numbers]


def _assign(module: nn.Module, weight: Tensor, bias: Tensor) -> None:
    module.weight.data.copy_(weight)
    module.bias.data.copy_(bias)
