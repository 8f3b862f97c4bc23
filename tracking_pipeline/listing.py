"""Lists in sentences: the first few, and how many more there are."""

from collections.abc import Sequence


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return the first ``most`` names with commas, and how many are not named."""
    told = ", ".join(names[:most])
    n_more = len(names) - most
    return f"{told} and {n_more:,} more" if n_more > 0 else told


def counted(n: int, noun: str) -> str:
    """Return a count and its noun, with the s of more than one."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
