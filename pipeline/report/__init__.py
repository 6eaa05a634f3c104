"""Report: what a release says, as one static page and in the terminal.

figures   totals by authority, country, year and violation; flags; coverage of the dump
page      the figures, the largest decisions and all rows as one HTML file that opens offline
show      one decision in the terminal
"""

from __future__ import annotations

from pathlib import Path

from pipeline.release import load
from pipeline.report.page import page
from pipeline.report.show import shown

__all__ = ["shown", "write_report"]

TABLES = ("decisions", "articles", "rejects")


def write_report(out: Path, to: Path) -> Path:
    """Write the report of the release in `out` to the file `to`; return it. Raises `pipeline.release.NoReleaseError`."""
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(to.name + ".part")
    part.write_text(page(load(out, TABLES)), encoding="utf-8")
    part.replace(to)
    return to
