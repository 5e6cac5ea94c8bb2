"""The house itself: its floors, its rooms' sizes, its top level, and what it never says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "contracts",
    "scripts",
    "stablecoin_tools",
    "tests",
    "deployments",
    "Makefile",
    "constraints-dev.txt",
    "constraints-run.txt",
}
MAX_PYTHON_LINES = 400
MAX_SOLIDITY_LINES = 300


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # git, wherever it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_each_floor_imports_only_floors_below_it() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_top_level_tells_the_story() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in _tracked()}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize(("ending", "most"), [(".py", MAX_PYTHON_LINES), (".sol", MAX_SOLIDITY_LINES)])
def test_no_room_is_too_large(ending: str, most: int) -> None:
    sizes = {path: len(path.read_text().splitlines()) for path in _tracked() if path.suffix == ending}
    assert {str(path): lines for path, lines in sizes.items() if lines > most} == {}


def test_the_version_stands_in_one_place() -> None:
    version = re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    quoted = re.compile(rf"(?<![\d.]){re.escape(version[1])}(?![\d.])")
    code = [path for path in _tracked() if path.suffix in (".py", ".md", ".toml") or path.name == "Makefile"]
    assert [path for path in code if quoted.search(path.read_text())] == [ROOT / "pyproject.toml"]


def test_no_file_names_a_registry_or_a_machine() -> None:
    # Spelled in halves, or this file would be the only one to name them.
    hosts = ["npmjs" + ".org", "pypi" + ".org", "pythonhosted" + ".org", "/ro" + "ot/", "/wo" + "rk/"]
    texts = {path: path.read_text(errors="ignore") for path in _tracked()}
    assert {str(path): host for path, text in texts.items() for host in hosts if host in text} == {}
