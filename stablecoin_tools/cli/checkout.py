"""What there is beside this package where it runs from a checkout of its sources: their git commit, and anvil."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

__all__ = ["anvil_path", "source_commit"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_WATCHED: Final = ("contracts", "stablecoin_tools/artifacts")


def source_commit(root: Path = _ROOT) -> str:
    """The commit that is checked out.

    Args:
        root: The folder of the checkout; this package's own, if not given.

    Returns:
        Its hash; empty where there is no checkout or no git, or where contracts or artifacts were changed since: then
        no commit has what is deployed.
    """
    if not (root / ".git").exists():
        return ""
    try:
        changed = _git(root, "status", "--porcelain", "--", *_WATCHED)
        return "" if changed else _git(root, "rev-parse", "HEAD")
    except (OSError, subprocess.SubprocessError):
        return ""


def anvil_path(root: Path = _ROOT) -> Path | None:
    """The anvil that npm installed for the contracts; None where there is none, so that the PATH is looked at."""
    found = root / "contracts" / "node_modules" / ".bin" / "anvil"
    return found if found.exists() else None


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(  # noqa: S603  # nothing in it comes from outside
        ["git", "-C", str(root), *arguments],  # noqa: S607  # git, wherever it is
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    ).stdout.strip()
