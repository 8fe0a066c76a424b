"""Draws figures as an SVG: a row a case, a dot a server, on a logarithmic axis."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

# Told apart also without colour vision (Okabe and Ito); the shape tells them apart without any colour.
_COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_SHAPES = ("circle", "square", "diamond", "triangle")
_LABEL_WIDTH, _PLOT_WIDTH, _RIGHT, _ROW, _TOP, _BOTTOM = 270, 640, 60, 22, 84, 56


@dataclass(frozen=True)
class Row:
    """A label and a value for each series that has one; values are greater than 0."""

    label: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class LogarithmicAxis:
    """Maps values to positions from 0 to `width`; its ends are 1, 2 or 5 times a power of ten."""

    lowest: float
    highest: float
    width: float

    @staticmethod
    def around(values: Sequence[float], width: float) -> "LogarithmicAxis":
        steps = _steps(min(values), max(values))
        return LogarithmicAxis(steps[0], steps[-1], width)

    def position(self, value: float) -> float:
        return self.width * math.log(value / self.lowest) / math.log(self.highest / self.lowest)

    def ticks(self) -> list[float]:
        return _steps(self.lowest, self.highest)


def _steps(lowest: float, highest: float) -> list[float]:
    """1, 2 and 5 times powers of ten, from the last that is not above `lowest` to the first not below `highest`."""
    exponents = range(math.floor(math.log10(lowest)) - 1, math.ceil(math.log10(highest)) + 2)
    all_steps = [factor * 10.0**exponent for exponent in exponents for factor in (1, 2, 5)]
    # Powers of ten are not exact in binary.
    first = max(index for index, step in enumerate(all_steps) if step <= lowest * (1 + 1e-9))
    last = min(index for index, step in enumerate(all_steps) if step >= highest * (1 - 1e-9))
    return all_steps[first : max(last, first + 1) + 1]


def draw(title: str, axis_label: str, series: Sequence[str], rows: Sequence[Row]) -> str:
    """The picture as text. Rows without values are left out."""
    rows = [row for row in rows if row.values]
    values = [value for row in rows for value in row.values.values() if value > 0]
    axis = LogarithmicAxis.around(values or [1, 10], _PLOT_WIDTH)
    width, height = _LABEL_WIDTH + _PLOT_WIDTH + _RIGHT, _TOP + _ROW * len(rows) + _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="#222">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="16" y="28" font-size="17" font-weight="600">{escape(title)}</text>',
        *_legend(series),
        *_grid(axis, len(rows), axis_label),
    ]
    for index, row in enumerate(rows):
        parts += _row(row, _TOP + _ROW * (index + 0.5), axis, series)
    return "\n".join([*parts, "</svg>", ""])


def _legend(series: Sequence[str]) -> list[str]:
    parts, x = [], _LABEL_WIDTH
    for index, name in enumerate(series):
        parts += [_mark(index, x, 54), f'<text x="{x + 12}" y="58">{escape(name)}</text>']
        x += 36 + 8 * len(name)
    return parts


def _grid(axis: LogarithmicAxis, row_count: int, label: str) -> list[str]:
    bottom = _TOP + _ROW * row_count
    parts = []
    for tick in axis.ticks():
        x = _LABEL_WIDTH + axis.position(tick)
        is_decade = math.isclose(math.log10(tick), round(math.log10(tick)), abs_tol=1e-9)
        stroke = "#aaa" if is_decade else "#e2e2e2"
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom}" stroke="{stroke}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" font-size="11">{tick:,g}</text>')
    middle = _LABEL_WIDTH + _PLOT_WIDTH / 2
    parts.append(f'<text x="{middle}" y="{bottom + 42}" text-anchor="middle">{escape(label)}, logarithmic</text>')
    return parts


def _row(row: Row, y: float, axis: LogarithmicAxis, series: Sequence[str]) -> list[str]:
    parts = [f'<text x="{_LABEL_WIDTH - 12}" y="{y + 4:.1f}" text-anchor="end">{escape(row.label)}</text>']
    shown = [(index, row.values[name]) for index, name in enumerate(series) if row.values.get(name, 0) > 0]
    places = [_LABEL_WIDTH + axis.position(value) for _, value in shown]
    if len(places) > 1:
        parts.append(
            f'<line x1="{min(places):.1f}" y1="{y:.1f}" x2="{max(places):.1f}" y2="{y:.1f}" stroke="#bbb"'
            ' stroke-width="2"/>'
        )
    for (index, value), x in zip(shown, places, strict=True):
        parts.append(f"<g><title>{escape(series[index])}: {value:,.4g}</title>{_mark(index, x, y)}</g>")
    return parts


def _mark(index: int, x: float, y: float) -> str:
    colour = f'fill="{_COLOURS[index % len(_COLOURS)]}" fill-opacity="0.85"'
    match _SHAPES[index % len(_SHAPES)]:
        case "circle":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" {colour}/>'
        case "square":
            return f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" {colour}/>'
        case "diamond":
            points = [(x, y - 7), (x + 7, y), (x, y + 7), (x - 7, y)]
        case _:
            points = [(x, y - 6), (x + 6.5, y + 5), (x - 6.5, y + 5)]
    return f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" {colour}/>'
