"""What several test modules share."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party test data beside the project; tests that need it are skipped where it is not there."""
    if not SHARED.is_dir():
        pytest.skip("the folder of third-party test data is not beside the project")
    return SHARED


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over the sample dump."""
    return _run(ROOT / "data" / "raw" / "sample", tmp_path_factory.mktemp("sample") / "out")


def _run(dump: Path, out: Path) -> Path:
    from pipeline import chain
    from pipeline.settings import Settings

    chain.run(dump, out, Settings(jobs=1), lambda _: None)
    return out


def _awkward(text: str, number: int) -> str:
    """The text with what breaks offsets: Windows line ends, no-break spaces, emoji beyond the basic plane, accents as characters of their own."""
    text = text.replace(" million", "\u00a0million").replace("€", "\U0001f4b6 €") if number % 2 else text
    text = unicodedata.normalize("NFD", text) if number % 3 == 0 else text
    text = f"\U0001f6a8 {text}" if number % 4 == 1 else text
    return text.replace("\n", "\r\n") if number % 5 < 3 else text


@pytest.fixture(scope="session")
def awkward_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over the open gold articles, written awkwardly."""
    folder = tmp_path_factory.mktemp("awkward")
    lines = (ROOT / "tests" / "gold" / "open.jsonl").read_text(encoding="utf-8").splitlines()
    dump = folder / "raw" / "awkward.jsonl"
    dump.parent.mkdir()
    with dump.open("w", encoding="utf-8") as file:
        for number, article in enumerate(map(json.loads, lines)):
            seen = {k: article[k] for k in ("article_id", "url", "outlet", "published", "title")}
            file.write(json.dumps({**seen, "text": _awkward(article["text"], number)}) + "\n")
    return _run(dump.parent, folder / "out")


@pytest.fixture(scope="session")
def gold_run(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run over real gold articles."""
    folder = tmp_path_factory.mktemp("gold")
    dump = folder / "raw" / "dev.jsonl"
    dump.parent.mkdir()
    dump.write_bytes((shared / "gold" / "dev.jsonl").read_bytes())
    return _run(dump.parent, folder / "out")
