"""The pages and files of `docs/` that are made from the schema."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline import schema
from pipeline.release.contract import contract
from pipeline.release.package import data_package

CONTRACTS = "contracts"


class VersionError(ValueError):
    """The schema is another than the one that was written under its version."""


def write_documents(folder: Path) -> tuple[Path, ...]:
    """Write data dictionary, data package and the contract of this version; return the files.

    Raises `VersionError` where another contract was written under this version before: a changed schema needs a new version.
    """
    dictionary, package = folder / "DATA_DICTIONARY.md", folder / "datapackage.json"
    kept = folder / CONTRACTS / f"{schema.VERSION}.json"
    written = _json(contract())
    if kept.exists() and kept.read_text(encoding="utf-8") != written:
        raise VersionError(f"the schema differs from {kept}; give it a new version in pipeline/schema.py")
    kept.parent.mkdir(parents=True, exist_ok=True)
    dictionary.write_text(schema.dictionary(), encoding="utf-8")
    package.write_text(_json(data_package()), encoding="utf-8")
    kept.write_text(written, encoding="utf-8")
    return dictionary, package, kept


def _json(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
