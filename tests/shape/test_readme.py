"""The README is true: its code runs, and its trees and lists are the real ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from stablecoin_tools import errors, reverts
from stablecoin_tools.cli.app import app
from stablecoin_tools.roles import Role

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
MAX_LINES = 200


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= MAX_LINES


@pytest.mark.parametrize("program", _blocks("python"))
def test_its_python_runs_and_prints_what_it_says(program: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = re.findall(r"^print\(.*\)\s+# (.*)$", program, re.MULTILINE)
    assert said
    assert done.stdout.splitlines() == said


def test_its_error_tree_is_the_module_s() -> None:
    tree = next(block for block in _blocks("text") if block.startswith("StablecoinError"))
    assert tree.strip() in (errors.__doc__ or "")


def test_every_path_in_its_tree_exists() -> None:
    tree = next(block for block in _blocks("text") if block.startswith("contracts/"))
    parent = ROOT
    for line in tree.splitlines():
        names = re.split(r"\s{2,}", line.strip())[0].split()
        if not line.startswith(" "):
            parent = ROOT / names[0]
            assert parent.exists(), line
            continue
        for name in names:
            assert (parent / name).exists(), line


def test_every_room_of_the_package_and_contracts_is_in_its_tree() -> None:
    tree = next(block for block in _blocks("text") if block.startswith("contracts/"))
    ignored = {
        "__init__.py",
        "__main__.py",
        "__pycache__",
        "py.typed",
        "node_modules",
        "package.json",
        "package-lock.json",
    }
    for folder in ("stablecoin_tools", "contracts", "scripts"):
        for path in (ROOT / folder).iterdir():
            if path.name not in ignored and not path.name.startswith("."):
                assert path.name in tree, path


def test_every_command_role_and_refusal_it_names_exists() -> None:
    for command in app.commands:
        assert f"`{command}`" in README, command
    for role in Role:
        assert f"`{role.name}`" in README, role
    for refusal in re.findall(r"`(\w+)` \|$", README, re.MULTILINE):
        if refusal[0].isupper():
            assert refusal in reverts.__all__, refusal


def test_every_door_of_make_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for door in re.findall(r"`make (\w+)`", README):
        assert re.search(rf"^{door}:", makefile, re.MULTILINE), door
