"""LibreOffice as whoever opens a workbook: converts files without a window, each time from a profile of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 180


def converted(path: Path, ending: str, folder: Path) -> Path:
    """The file at `path` as LibreOffice saves it under another ending, such as csv, xlsx or fods."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="office-") as profile:
        command = [_office(), f"-env:UserInstallation=file://{profile}", "--headless", "--norestore"]
        asked = ["--convert-to", ending, "--outdir", str(folder), str(path)]
        subprocess.run([*command, *asked], check=True, capture_output=True, timeout=SECONDS)
    return folder / path.with_suffix(f".{ending.partition(':')[0]}").name


def _office() -> str:
    """The machine's own, or the one that `make test` has unpacked beside the environment."""
    found = shutil.which("soffice") or shutil.which(ROOT / ".venv/office/soffice")
    assert found, "LibreOffice is missing: make test installs it"
    return found
