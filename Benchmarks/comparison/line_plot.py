"""Draws a series of figures as an SVG: one line over the number of the measurement."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

_LEFT, _WIDTH, _RIGHT, _TOP, _HEIGHT, _BOTTOM = 72, 780, 40, 60, 260, 56
_MOST_POINTS = 1000


def nice_step(span: float, most_steps: int = 6) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that covers the span in so many steps."""
    step = 10.0**-3
    while True:
        for factor in (1, 2, 5):
            if step * factor * most_steps >= span:
                return step * factor
        step *= 10


def draw(title: str, x_label: str, y_label: str, values: Sequence[float]) -> str:
    """The picture as text; the vertical axis begins at 0, so that a slope looks as steep as it is."""
    highest = max(values)
    step = nice_step(highest * 1.05)
    top = step * (int(highest * 1.05 / step) + 1)
    width, height = _LEFT + _WIDTH + _RIGHT, _TOP + _HEIGHT + _BOTTOM
    bottom = _TOP + _HEIGHT

    def x(index: float) -> float:
        return _LEFT + _WIDTH * index / max(1, len(values) - 1)

    def y(value: float) -> float:
        return bottom - _HEIGHT * value / top

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="#222">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="16" y="28" font-size="17" font-weight="600">{escape(title)}</text>',
    ]
    for number in range(round(top / step) + 1):
        value = number * step
        parts.append(
            f'<line x1="{_LEFT}" y1="{y(value):.1f}" x2="{_LEFT + _WIDTH}" y2="{y(value):.1f}" stroke="#e2e2e2"/>'
        )
        parts.append(f'<text x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:,g}</text>')
    x_step = nice_step(len(values))
    for number in range(int((len(values) - 1) / x_step) + 1):
        place = x(number * x_step)
        parts.append(f'<text x="{place:.1f}" y="{bottom + 18}" text-anchor="middle">{number * x_step:,g}</text>')
    stride = max(1, len(values) // _MOST_POINTS)
    points = " ".join(f"{x(index):.1f},{y(values[index]):.1f}" for index in range(0, len(values), stride))
    parts += [
        f'<polyline points="{points}" fill="none" stroke="#0072b2" stroke-width="1.5"/>',
        f'<text x="{_LEFT + _WIDTH / 2}" y="{bottom + 42}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text x="{_LEFT}" y="{_TOP - 12}">{escape(y_label)}</text>',
    ]
    return "\n".join([*parts, "</svg>", ""])
