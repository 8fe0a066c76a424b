"""What goes wrong, worded for the person at the terminal."""


class ComparisonError(Exception):
    """Something that the user can mend; the message says how."""


class LoadFailed(ComparisonError):
    """A load generator could not measure a case; the message holds what it said."""


def last_lines(text: str, count: int = 15) -> str:
    """The last lines of a log or of a program's output, indented."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return "\n".join("  " + line for line in lines[-count:]) or "  (nothing)"
