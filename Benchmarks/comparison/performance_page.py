"""Rewrites the parts of a Markdown page that hold figures."""

import re
from pathlib import Path

from .errors import ComparisonError


def replace_section(page: str, name: str, content: str) -> str:
    """Puts the content between the comments `figures: NAME` and `end of figures: NAME`."""
    start, end = f"<!-- figures: {name} -->", f"<!-- end of figures: {name} -->"
    pattern = re.compile(re.escape(start) + r".*?" + re.escape(end), re.DOTALL)
    if len(pattern.findall(page)) != 1:
        raise ComparisonError(f"the page needs exactly one pair of lines {start} and {end}")
    return pattern.sub(lambda _: f"{start}\n\n{content.strip()}\n\n{end}", page)


def rewrite(page: Path, name: str, content: str) -> None:
    try:
        text = page.read_text()
    except FileNotFoundError:
        raise ComparisonError(f"{page} is missing; its figures cannot be rewritten") from None
    page.write_text(replace_section(text, name, content))
