"""Phones to spelling: the autoregressive transformer of the `hama` package, its greedy loop inside TorchScript."""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_SPECIALS = {"<pad>", "<unk>", "<bos>", "<eos>", "<src>", "<tgt>", "<no_source>"}


class Layer(nn.Module):
    """A pre-norm transformer layer that attends over the cached keys and values of earlier positions."""

    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.norm1 = nn.LayerNorm(width)
        self.in_proj = nn.Linear(width, 3 * width)
        self.out_proj = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.linear1 = nn.Linear(width, hidden)
        self.linear2 = nn.Linear(hidden, width)

    def split(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), self.heads, -1).transpose(0, 1)

    def forward(self, x: Tensor, keys: Tensor, values: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        query, key, value = self.in_proj(self.norm1(x)).chunk(3, -1)
        keys = torch.cat([keys, self.split(key)], 1)
        values = torch.cat([values, self.split(value)], 1)
        # No causal mask: the model was trained as a prefix language model, its source positions see one another.
        weights = torch.matmul(self.split(query) * self.scale, keys.transpose(-1, -2)).softmax(-1)
        x = x + self.out_proj(torch.matmul(weights, values).transpose(0, 1).flatten(1))
        return x + self.linear2(F.gelu(self.linear1(self.norm2(x)))), keys, values


class Spelling(nn.Module):
    """PHONES INT32 [phones] -> TEXT, a list of one string.

    The model was trained on short phrases and reads 192 phones at most, so longer input is spelled in parts of at
    most `longest_part` phones that end at a word boundary where there is one.
    """

    def __init__(
        self,
        weights: dict[str, Tensor],
        vocabulary: List[str],
        phones: List[str],
        word_boundary: int,
        heads: int = 4,
        longest_part: int = 64,
    ):
        super().__init__()
        ids = {token: index for index, token in enumerate(vocabulary)}
        width = weights["embedding.weight"].shape[1]
        layers = len({name.split(".")[2] for name in weights if name.startswith("layers.layers.")})
        self.heads, self.longest_part, self.word_boundary = heads, longest_part, word_boundary
        self.bos, self.src, self.tgt = ids["<bos>"], ids["<src>"], ids["<tgt>"]
        self.eos, self.pad = ids["<eos>"], ids["<pad>"]
        unknown = ids["<unk>"]
        tokens = [ids["|"] if index == word_boundary else ids.get(phone, unknown) for index, phone in enumerate(phones)]
        self.register_buffer("token_of_phone", torch.tensor(tokens))
        self.pieces = ["" if token in _SPECIALS else token for token in vocabulary]
        self.embedding = nn.Embedding.from_pretrained(weights["embedding.weight"])
        self.register_buffer("positions", weights["pos.embedding.weight"])
        hidden = weights["layers.layers.0.linear1.weight"].shape[0]
        self.layers = nn.ModuleList([Layer(width, heads, hidden) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        _assign(self.norm, weights, "layers.norm.")
        for index, layer in enumerate(self.layers):
            own = f"layers.layers.{index}."
            for name in ("norm1", "norm2", "linear1", "linear2"):
                _assign(layer.get_submodule(name), weights, f"{own}{name}.")
            _assign(layer.in_proj, weights, f"{own}self_attn.in_proj_")
            _assign(layer.out_proj, weights, f"{own}self_attn.out_proj.")

    def spell(self, source: Tensor) -> str:
        """The greedy spelling of one part."""
        tokens = torch.cat([torch.tensor([self.bos, self.src]), source, torch.tensor([self.tgt])])
        keys: List[Tensor] = []
        values: List[Tensor] = []
        for _ in self.layers:
            empty = self.positions.new_empty([self.heads, 0, self.positions.size(1) // self.heads])
            keys.append(empty)
            values.append(empty)
        spelled: List[str] = []
        position = 0
        while position + tokens.size(0) <= self.positions.size(0):
            x = self.embedding(tokens) + self.positions[position : position + tokens.size(0)]
            position += tokens.size(0)
            for index, layer in enumerate(self.layers):
                x, keys[index], values[index] = layer(x, keys[index], values[index])
            token = int(F.linear(self.norm(x[-1:]), self.embedding.weight).argmax(-1))
            if token == self.eos or token == self.pad:
                break
            spelled.append(self.pieces[token])
            tokens = torch.tensor([token])
        return "".join(spelled).strip()

    def forward(self, phones: Tensor) -> List[str]:
        ids: List[int] = phones.to(torch.int64).tolist()
        words: List[str] = []
        start = 0
        while start < len(ids):
            end = min(start + self.longest_part, len(ids))
            if end < len(ids):
                boundary = end
                while boundary > start and ids[boundary] != self.word_boundary:
                    boundary -= 1
                if boundary > start:
                    end = boundary
            words.append(self.spell(self.token_of_phone[torch.tensor(ids[start:end])]))
            start = end
            if start < len(ids) and ids[start] == self.word_boundary:
                start += 1
        return [" ".join(words)]


def _assign(module: nn.Module, weights: dict[str, Tensor], prefix: str) -> None:
    module.weight.data.copy_(weights[prefix + "weight"])
    module.bias.data.copy_(weights[prefix + "bias"])
