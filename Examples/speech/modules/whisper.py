"""Whisper (English only) in four scriptable stages; the weights say how large.

The model was trained on windows of 30 seconds and loses accuracy on any other length, so audio is cut into such
windows, the last one filled with silence. The window dimension takes the place of a batch.
"""

import math
from typing import List, Tuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .whisper_weights import WhisperWeights

SAMPLE_RATE = 16000
MEL_BANDS = 80
FRAME = 400
HOP = 160
WINDOW = 30 * SAMPLE_RATE


class LogMel(nn.Module):
    """AUDIO FP32 [samples] at 16 kHz -> MEL FP32 [windows, 80, 3000]."""

    def __init__(self, longest_windows: int = 20):
        super().__init__()
        self.register_buffer("hann", torch.hann_window(FRAME))
        self.register_buffer("mel", torch.from_numpy(_mel_filters()))
        self.frame, self.hop, self.window = FRAME, HOP, WINDOW
        self.shortest = FRAME // 2 + 1
        self.longest = longest_windows * WINDOW
        # A last window with less speech than this holds no word, and silence makes Whisper invent some.
        self.remainder = SAMPLE_RATE // 2

    def forward(self, audio: Tensor) -> Tensor:
        samples = audio.numel()
        if samples < self.shortest or samples > self.longest:
            raise ValueError(
                f"AUDIO has {samples} samples, this model takes {self.shortest} to {self.longest} (16000 a second)"
            )
        windows = max(1, (samples - self.remainder + self.window - 1) // self.window)
        kept = min(samples, windows * self.window)
        x = F.pad(audio.reshape(-1)[:kept], [0, windows * self.window - kept]).reshape(windows, 1, self.window)
        x = F.pad(x, [self.frame // 2, self.frame // 2], mode="reflect").squeeze(1)
        # Not torch.stft: its schema differs between releases, which ties the saved module to one.
        spectrum = torch.fft.rfft(x.unfold(-1, self.frame, self.hop)[:, :-1] * self.hann)
        power = torch.view_as_real(spectrum).pow(2).sum(-1).transpose(1, 2)
        mel = torch.matmul(self.mel, power).clamp(min=1e-10).log10()
        mel = torch.maximum(mel, mel.amax((1, 2), keepdim=True) - 8.0)
        return (mel + 4.0) / 4.0


class SelfAttention(nn.Module):
    """Attention over the given keys and values and those of `x`, which it returns appended."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        query, key, value = self.qkv(x).chunk(3, -1)
        keys = torch.cat([keys, self.split(key)], 2)
        values = torch.cat([values, self.split(value)], 2)
        scores = torch.matmul(self.split(query) * self.scale, keys.transpose(-1, -2)) + mask
        mixed = torch.matmul(scores.softmax(-1), values).transpose(1, 2).flatten(2)
        return self.out(mixed), keys, values


class CrossAttention(nn.Module):
    """Attention over keys and values projected from the encoder's output once a window."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.query = nn.Linear(width, width)
        self.kv = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    @torch.jit.export
    def project(self, encoded: Tensor) -> Tuple[Tensor, Tensor]:
        key, value = self.kv(encoded).chunk(2, -1)
        return self.split(key).contiguous(), self.split(value).contiguous()

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        scores = torch.matmul(self.split(self.query(x)) * self.scale, keys.transpose(-1, -2))
        return self.out(torch.matmul(scores.softmax(-1), values).transpose(1, 2).flatten(2))


class EncoderLayer(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.linear1 = nn.Linear(width, 4 * width)
        self.linear2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        empty = x.new_empty([x.size(0), self.heads, 0, x.size(2) // self.heads])
        x = x + self.attention(self.norm1(x), empty, empty, x.new_zeros([1]))[0]
        return x + self.linear2(F.gelu(self.linear1(self.norm2(x))))


class Encoder(nn.Module):
    """MEL FP32 [windows, 80, 3000] -> ENCODED FP32 [windows, 1500, width]."""

    def __init__(self, weights: WhisperWeights):
        super().__init__()
        variables = weights.variables
        width = variables["encoder/conv1/bias"].shape[0]
        heads = int(variables["encoder/num_heads"])
        self.conv1 = nn.Conv1d(MEL_BANDS, width, 3, padding=1)
        self.conv2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        self.register_buffer("positions", variables["encoder/position_encodings/encodings"].clone())
        self.layers = nn.ModuleList([EncoderLayer(width, heads) for _ in range(weights.layers("encoder"))])
        self.norm = nn.LayerNorm(width)
        _assign(self.conv1, variables, "encoder/conv1")
        _assign(self.conv2, variables, "encoder/conv2")
        _assign_norm(self.norm, variables, "encoder/layer_norm")
        for index, layer in enumerate(self.layers):
            prefix = f"encoder/layer_{index}/"
            _assign_self_attention(layer.norm1, layer.attention, variables, prefix)
            _assign_feed_forward(layer, variables, prefix)

    def forward(self, mel: Tensor) -> Tensor:
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.positions[: x.size(1)]
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)


class DecoderLayer(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads)
        self.cross_norm = nn.LayerNorm(width)
        self.cross = CrossAttention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.linear1 = nn.Linear(width, 4 * width)
        self.linear2 = nn.Linear(4 * width, width)

    def forward(
        self, x: Tensor, keys: Tensor, values: Tensor, cross_keys: Tensor, cross_values: Tensor, mask: Tensor
    ) -> Tuple[Tensor, Tensor, Tensor]:
        attended, keys, values = self.attention(self.norm1(x), keys, values, mask)
        x = x + attended
        x = x + self.cross(self.cross_norm(x), cross_keys, cross_values)
        return x + self.linear2(F.gelu(self.linear1(self.norm2(x)))), keys, values


class Decoder(nn.Module):
    """ENCODED FP32 [windows, 1500, width] -> TOKENS INT32 [windows, tokens], filled up with the end token.

    Greedy search over cached keys and values, the whole loop inside TorchScript.
    """

    def __init__(self, weights: WhisperWeights):
        super().__init__()
        variables = weights.variables
        vocabulary, width = variables["decoder/embeddings/weight"].shape
        self.heads = int(variables["decoder/num_heads"])
        self.end_token = weights.end_token
        self.prompt = [weights.start_token, weights.no_timestamps_token]
        self.embedding = nn.Embedding.from_pretrained(variables["decoder/embeddings/weight"])
        self.register_buffer("positions", variables["decoder/position_encodings/encodings"].clone())
        self.most_tokens = self.positions.size(0) // 2
        self.layers = nn.ModuleList([DecoderLayer(width, self.heads) for _ in range(weights.layers("decoder"))])
        self.norm = nn.LayerNorm(width)
        forbidden = torch.zeros(vocabulary)
        forbidden[torch.tensor(weights.suppressed)] = float("-inf")
        forbidden[weights.end_token + 1 :] = float("-inf")
        forbidden_first = forbidden.clone()
        forbidden_first[torch.tensor(weights.suppressed_first)] = float("-inf")
        self.register_buffer("forbidden", forbidden)
        self.register_buffer("forbidden_first", forbidden_first)
        _assign_norm(self.norm, variables, "decoder/layer_norm")
        for index, layer in enumerate(self.layers):
            prefix = f"decoder/layer_{index}/"
            _assign_self_attention(layer.norm1, layer.attention, variables, prefix)
            _assign_norm(layer.cross_norm, variables, prefix + "attention/layer_norm")
            _assign(layer.cross.query, variables, prefix + "attention/linear_0")
            _assign(layer.cross.kv, variables, prefix + "attention/linear_1")
            _assign(layer.cross.out, variables, prefix + "attention/linear_2")
            _assign_feed_forward(layer, variables, prefix)

    def forward(self, encoded: Tensor) -> Tensor:
        windows = encoded.size(0)
        cross_keys: List[Tensor] = []
        cross_values: List[Tensor] = []
        keys: List[Tensor] = []
        values: List[Tensor] = []
        for projecting in self.layers:
            key, value = projecting.cross.project(encoded)
            cross_keys.append(key)
            cross_values.append(value)
            empty = encoded.new_empty([windows, self.heads, 0, encoded.size(2) // self.heads])
            keys.append(empty)
            values.append(empty)
        input = torch.tensor(self.prompt, device=encoded.device).unsqueeze(0).expand(windows, -1)
        mask = torch.full([input.size(1), input.size(1)], float("-inf"), device=encoded.device).triu(1)
        finished = torch.zeros([windows], dtype=torch.bool, device=encoded.device)
        decoded: List[Tensor] = []
        position = 0
        for step in range(self.most_tokens):
            x = self.embedding(input) + self.positions[position : position + input.size(1)]
            position += input.size(1)
            for index, layer in enumerate(self.layers):
                x, keys[index], values[index] = layer(
                    x, keys[index], values[index], cross_keys[index], cross_values[index], mask
                )
            mask = encoded.new_zeros([1])
            logits = F.linear(self.norm(x[:, -1]), self.embedding.weight)
            token = (logits + (self.forbidden_first if step == 0 else self.forbidden)).argmax(-1)
            token = torch.where(finished, torch.full_like(token, self.end_token), token)
            finished = finished | (token == self.end_token)
            if bool(finished.all()):
                break
            decoded.append(token)
            input = token.unsqueeze(1)
        if len(decoded) == 0:
            return torch.zeros([windows, 0], dtype=torch.int32, device=encoded.device)
        return torch.stack(decoded, 1).to(torch.int32)


class Text(nn.Module):
    """TOKENS INT32 [windows, tokens] -> TEXT, a list of one string: the windows' texts in order.

    A TorchScript str holds bytes, so a character whose UTF-8 bytes are spread over tokens comes together again.
    """

    def __init__(self, weights: WhisperWeights):
        super().__init__()
        self.end_token = weights.end_token
        self.register_buffer("bytes", torch.frombuffer(bytearray(b"".join(weights.token_bytes)), dtype=torch.uint8).clone())
        offsets = np.cumsum([0] + [len(token) for token in weights.token_bytes])
        self.register_buffer("offsets", torch.from_numpy(offsets.astype(np.int32)))

    def forward(self, tokens: Tensor) -> List[str]:
        texts: List[str] = []
        for window in range(tokens.size(0)):
            characters: List[str] = []
            ids: List[int] = tokens[window].to(torch.int64).tolist()
            for id in ids:
                if id >= 0 and id < self.end_token:
                    start, end = int(self.offsets[id]), int(self.offsets[id + 1])
                    values: List[int] = self.bytes[start:end].to(torch.int64).tolist()
                    for value in values:
                        characters.append(chr(value))
            text = "".join(characters).strip()
            if len(text) > 0:
                texts.append(text)
        return [" ".join(texts)]


def _mel_filters() -> np.ndarray:
    """The triangular filters of librosa.filters.mel (Slaney's scale and norm), [80, 201] for 400-point frames."""
    lowest_log_hz, lowest_log_mel = 1000.0, 15.0
    hz_per_mel = lowest_log_hz / lowest_log_mel
    log_step = math.log(6.4) / 27.0
    highest_mel = lowest_log_mel + math.log(SAMPLE_RATE / 2 / lowest_log_hz) / log_step
    mels = np.linspace(0.0, highest_mel, MEL_BANDS + 2)
    edges = np.where(mels < lowest_log_mel, mels * hz_per_mel, lowest_log_hz * np.exp((mels - lowest_log_mel) * log_step))
    bins = np.linspace(0.0, SAMPLE_RATE / 2, FRAME // 2 + 1)
    ramps = edges[:, None] - bins[None]
    widths = np.diff(edges)
    rising = -ramps[:-2] / widths[:-1, None]
    falling = ramps[2:] / widths[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def _assign(module: nn.Module, variables: dict[str, Tensor], name: str) -> None:
    module.weight.data.copy_(variables[name + "/weight"])
    module.bias.data.copy_(variables[name + "/bias"])


def _assign_norm(module: nn.LayerNorm, variables: dict[str, Tensor], name: str) -> None:
    module.weight.data.copy_(variables[name + "/gamma"])
    module.bias.data.copy_(variables[name + "/beta"])


def _assign_self_attention(norm: nn.LayerNorm, attention: SelfAttention, variables: dict[str, Tensor], prefix: str) -> None:
    _assign_norm(norm, variables, prefix + "self_attention/layer_norm")
    _assign(attention.qkv, variables, prefix + "self_attention/linear_0")
    _assign(attention.out, variables, prefix + "self_attention/linear_1")


def _assign_feed_forward(layer: nn.Module, variables: dict[str, Tensor], prefix: str) -> None:
    _assign_norm(layer.norm2, variables, prefix + "ffn/layer_norm")
    _assign(layer.linear1, variables, prefix + "ffn/linear_0")
    _assign(layer.linear2, variables, prefix + "ffn/linear_1")
