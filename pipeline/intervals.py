"""How sure a share is that was counted on few cases."""

from __future__ import annotations

from math import sqrt

Z = 1.96
"""The 97.5th percentile of the normal distribution: intervals of 95 %."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the bounds of a share by Wilson's score interval (Wilson 1927, JASA 22), which holds for small n and shares of 0 and 1; of nothing, 0 and 1."""
    if not n:
        return 0.0, 1.0
    share, base = hits / n, 1 + Z * Z / n
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / base
    middle = (share + Z * Z / (2 * n)) / base
    return max(middle - half, 0.0), min(middle + half, 1.0)
