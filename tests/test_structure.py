"""The house: who imports whom, and that packages of the field have one place each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PIPELINE = ROOT / "pipeline"
STAGES = ("ingest", "clean", "ner", "extract", "normalise")
BELOW = ("language", "knowledge", "records", "schema", "settings", "marked", "verdicts")
MODULES = sorted(PIPELINE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= (
                {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
                if node.module == "pipeline"
                else {node.module}
            )
        elif isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
    return {name.split(".")[1] for name in found if name.startswith("pipeline.")}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.parent.name in STAGES], ids=lambda p: p.relative_to(PIPELINE).as_posix()
)
def test_stages_never_import_one_another(path: Path) -> None:
    assert imports(path) <= {path.parent.name, *BELOW}


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if p.parent.name in {"language", "verdicts"} or p.stem in BELOW],
    ids=lambda p: p.relative_to(PIPELINE).as_posix(),
)
def test_what_lies_below_knows_no_stage(path: Path) -> None:
    assert imports(path) <= set(BELOW)


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.parent.name == "release"], ids=lambda p: p.relative_to(PIPELINE).as_posix()
)
def test_a_release_knows_no_stage(path: Path) -> None:
    assert imports(path) <= {"release", "schema", "knowledge"}


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("spacy", {"ner", "train", "review"}),
        ("dateparser", {"language", "ingest"}),
        ("price_parser", {"language"}),
        ("trafilatura", {"clean"}),
        ("jinja2", {"report", "review"}),
        ("starlette", {"review"}),
    ],
)
def test_packages_of_the_field_have_one_place(package: str, allowed: set[str]) -> None:
    users = {
        p.parent.name
        for p in MODULES
        if any(
            line.strip().startswith((f"import {package}", f"from {package}"))
            for line in p.read_text(encoding="utf-8").splitlines()
        )
    }
    assert users <= allowed


def test_no_module_is_named_for_nothing() -> None:
    assert not [p.name for p in MODULES if p.stem in {"utils", "helpers", "manager", "base", "common", "misc"}]
