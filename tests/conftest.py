"""What several test modules share."""

from __future__ import annotations

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
    from pipeline import chain
    from pipeline.settings import Settings

    out = tmp_path_factory.mktemp("sample") / "out"
    chain.run(ROOT / "data" / "raw" / "sample", out, Settings(jobs=1), lambda _: None)
    return out
