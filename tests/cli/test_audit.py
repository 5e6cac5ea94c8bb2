"""`stablecoin audit`: who can do what now, and what of that is not as it should be

given a coin as it should be: 0, and its powers are shown
given roles that were changed by hand: 3, and exactly that is named, as the file calls it
given no file: audited without one; a file that is named must be there
given a coin that the file describes and nobody created: 3
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.roles import Role
from tests.world import ROLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Terminal
    from tests.cli.offices import Office


@pytest.fixture
def described(anvil_terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in a folder whose file describes the coin as it was deployed."""
    monkeypatch.chdir(anvil_terminal.folder)
    _file(anvil_terminal).write_text(_description(anvil_terminal))
    return anvil_terminal


def _file(terminal: Terminal) -> Path:
    return terminal.folder / "stablecoin.toml"


def _description(terminal: Terminal) -> str:
    book = "".join(f'{person} = "{signer.address}"\n' for person, signer in terminal.world.signers.items())
    roles = "".join(f'{role.name} = ["{person}"]\n' for role, person in ROLES.items())
    return f"""\
version = 1
[addresses]
{book}
[networks.anvil]
[coins.TUSD]
name = "Test Dollar"
currency = "USD"
decimals = 6
supply_cap = "10,000,000,000 TUSD"
mint_limit = "1,000,000,000 TUSD"
mint_limit_refill_per_day = "1,000,000,000 TUSD"
admin = "admin"
admin_delay_hours = 1
[coins.TUSD.roles]
{roles}"""


def _found(terminal: Terminal, *arguments: str) -> list[dict[str, Any]]:
    """What an audit finds, and that it ends with 3 for it."""
    answer = terminal.run("audit", "--json", *arguments)
    assert answer.code == 3, answer.errors
    (coin,) = json.loads(answer.output)["anvil"]
    findings: list[dict[str, Any]] = coin["findings"]
    return findings


def test_a_coin_as_it_is_described_ends_with_0(described: Terminal) -> None:
    (coin,) = described.json("audit")["anvil"]

    assert (coin["coin"], coin["findings"]) == ("TUSD", [])
    assert set(coin["powers"]) == set(Role.__members__)
    pauser = {"address": str(described.world.address("pauser")), "alias": "pauser"}
    assert coin["powers"]["PAUSER_ROLE"] == [pauser]


def test_roles_that_were_changed_by_hand_are_named_and_nothing_else(described: Terminal) -> None:
    world = described.world
    pauser, bob = ({"address": str(world.address(one)), "alias": one} for one in ("pauser", "bob"))
    world.do(world.coin.calls.grant_role(Role.UNPAUSER_ROLE, world.address("pauser")), by="admin")
    world.do(world.coin.calls.grant_role(Role.SEIZER_ROLE, world.address("bob")), by="admin")

    found = _found(described)

    assert {(one["kind"], one["fact"], one["who"]["alias"]) for one in found} == {
        ("drift", f"role.UNPAUSER_ROLE.{pauser['address']}", "pauser"),
        ("drift", f"role.SEIZER_ROLE.{bob['address']}", "bob"),
        ("pauses-and-unpauses", None, "pauser"),
    }
    assert len(found) == 3


def test_people_see_the_same_in_a_table(described: Terminal) -> None:
    world = described.world
    world.do(world.coin.calls.revoke_role(Role.PAUSER_ROLE, world.address("pauser")), by="admin")

    answer = described.run("audit")

    assert answer.code == 3
    assert "2 found" in answer.output
    for words in ("drift", "nobody-stops", "nobody can stop the coin", "`stablecoin plan`", "upgrader"):
        assert words in answer.output


def test_people_see_that_nothing_was_found(described: Terminal) -> None:
    answer = described.run("audit")

    assert answer.code == 0
    assert "nothing was found" in answer.output


def test_without_a_file_the_coin_is_judged_by_itself(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(terminal.folder)
    world = terminal.world
    world.do(world.coin.calls.grant_role(Role.UNPAUSER_ROLE, world.address("pauser")), by="admin")

    (finding,) = _found(terminal)

    assert finding["kind"] == "pauses-and-unpauses"
    assert finding["who"] == {"address": str(world.address("pauser")), "alias": None}


def test_a_file_that_is_named_must_be_there(terminal: Terminal) -> None:
    answer = terminal.run("audit", "--file", "nowhere.toml")

    assert answer.code == 2
    assert "nowhere.toml" in answer.errors


def test_a_file_that_is_wrong_ends_with_2_and_its_line(described: Terminal) -> None:
    _file(described).write_text(_description(described).replace("decimals = 6", "decimals = six"))

    answer = described.run("audit")

    assert answer.code == 2
    assert "stablecoin.toml, line 18: this is no TOML" in answer.errors


def test_a_coin_that_is_described_and_was_not_created_is_found(described: Terminal) -> None:
    _file(described).write_text(_description(described).replace("TUSD", "TEUR"))

    answer = described.run("audit", "--coin", "TEUR", "--json")

    assert answer.code == 3
    (coin,) = json.loads(answer.output)["anvil"]
    assert (coin["address"], [one["kind"] for one in coin["findings"]]) == (None, ["missing"])


def test_a_node_that_does_not_answer_is_no_finding(standing: Office) -> None:
    standing.environment["STABLECOIN_RPC_URL_ANVIL"] = "http://127.0.0.1:9"

    answer = standing.run("audit", "--json")

    assert (answer.code, answer.output) == (1, "")
    assert json.loads(answer.last_line)["error"] == "unreachable"


def test_nothing_to_audit_is_an_error(described: Terminal) -> None:
    answer = described.run("audit", "--coin", "NONE")

    assert answer.code == 2
    assert "No coin NONE is recorded or described on anvil" in answer.errors
