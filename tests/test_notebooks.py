"""Every notebook runs from top to bottom, tells one story, and is committed without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_is_a_notebook_on_length_of_stay() -> None:
    assert "length_of_stay" in {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_and_holds_no_outputs(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    assert len(cells) <= 15
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.deep
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its quick form: fewer points, fewer replications, a shorter window."""
    monkeypatch.setenv("SIM_NOTEBOOK_QUICK", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()
    frames = [cell for cell in notebook.cells if cell.get("outputs")]
    assert frames, "no cell showed anything"
