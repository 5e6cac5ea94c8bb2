"""The page on security keeps step with the code: its roles, its scopes, its figures, and the files it names."""

from __future__ import annotations

import re
from pathlib import Path

from stablecoin_tools.roles import PauseScope, Role

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / ".github" / "SECURITY.md").read_text()


def test_every_role_has_its_row() -> None:
    section = TEXT.partition("## What each role can do")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]{10,} \| [^|]{10,} \|$", section, re.MULTILINE)
    assert rows == [role.name for role in Role]


def test_every_scope_of_a_pause_has_its_row() -> None:
    rows = re.findall(r"^\| (\d) (\w+) \|", TEXT, re.MULTILINE)
    scopes = [scope for scope in PauseScope if scope != PauseScope.ALL]
    assert rows == [(str(int(scope)), name) for scope in scopes for name in scope.names()]


def test_the_figures_are_those_of_the_contracts() -> None:
    source = (ROOT / "contracts" / "holding" / "Authorizing.sol").read_text()
    per_payment = re.search(r"GAS_PER_PAYMENT = ([\d_]+);", source)
    assert per_payment is not None
    assert f"{int(per_payment[1]):,} gas" in TEXT
    assert f"(0 to {int.from_bytes(list(Role)[-1].identifier, 'big')})" in TEXT


def test_the_files_it_names_exist() -> None:
    named = re.findall(r"`((?:contracts|stablecoin_tools|tests|scripts)/[\w./]+)`", TEXT)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
