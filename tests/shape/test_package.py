"""What users install holds what it needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_holds_the_artifacts_and_the_types(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "stablecoin_tools/py.typed",
        "stablecoin_tools/artifacts/Stablecoin.json",
        "stablecoin_tools/artifacts/Issuer.json",
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "contracts/", "scripts/"))]
