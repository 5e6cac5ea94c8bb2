"""`stablecoin plan`: what it takes to make the chains as the file says; nothing is sent

given nothing on the chain: each coin is created, with its roles, then its minters
given coins that stand: what is new (+), gone (-) and different (~), in the file's names, amounts in tokens
given --json, --out: the same plan for machines, and for `stablecoin apply`
given --detailed-exitcode: 0 for nothing to do, 2 for something, 1 for whatever fails
given a file, a node or an option that is wrong: refused by name
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.deployment import read_plan
from tests.cli.offices import COINS, WALLETS, drift
from tests.conftest import AnvilProcess

if TYPE_CHECKING:
    from tests.cli.conftest import Answer
    from tests.cli.offices import Office

pytestmark = pytest.mark.xdist_group("planning")

CODES = "--detailed-exitcode"


def changes_of(answer: Answer) -> list[str]:
    """What the table's column of changes says, without the breaks in long lines."""
    lines = answer.output.splitlines()
    top, head = next((place, line) for place, line in enumerate(lines) if "changes" in line)
    begin, end = head.index("changes"), head.index("needs")
    column = [line[begin:end].strip() for line in lines[top + 2 :] if line.startswith("  ")]
    text = " ".join(cell for cell in column if cell)
    return re.split(r" (?=[-+~] )", text)


def test_three_coins_are_created_with_their_roles_and_then_their_minters(office: Office) -> None:
    before = office.sent()

    answer = office.run("plan")

    assert answer.code == 0
    assert "anvil (chain 31337)" in answer.output
    told = changes_of(answer)
    for symbol in COINS:
        assert f"{symbol} will stand at 0x" in answer.output
        assert f"+ minter.treasury: 1,000,000.00 {symbol}, 11.574 {symbol} back each second" in told
        assert f"+ supply_cap: 1,000,000,000.00 {symbol}" in told
    assert told.count("+ admin: admin") == len(COINS)
    for role in ("MINTER_ADMIN_ROLE.minter-admin", "PAUSER_ROLE.guardian", "UPGRADER_ROLE.engineering"):
        assert told.count(f"+ role.{role}") == len(COINS)
    assert "stablecoin plan --out plan.json" in answer.output
    assert office.sent() == before
    assert not (office.folder / "plan.json").exists()


def test_machines_are_told_the_steps_the_coins_and_what_each_step_needs(office: Office) -> None:
    told = office.json("plan")

    assert told["remarks"] == []
    (network,) = told["plan"]["networks"]
    assert (network["network"], network["chain_id"], tuple(network["coins"])) == ("anvil", 31337, COINS)
    assert [step["needs"] for step in network["steps"]] == [None] * 4 + ["MINTER_ADMIN_ROLE"] * 3
    *_, last = network["steps"]
    treasury = str(office.address("treasury"))
    assert last["coin"] == "XEUR"
    assert last["to"] == network["coins"]["XEUR"]["address"]
    assert last["function"] == "configureMinter(address,uint256,uint256)"
    assert list(last["arguments"].values())[:2] == [treasury, "1000000000000"]
    assert [change["fact"] for change in last["changes"]] == [f"minter.{treasury}"]
    for coin in network["coins"].values():
        assert coin["before"] == {}
        assert coin["after"]["admin"] == str(office.address("admin"))


def test_what_is_written_is_the_plan_that_is_shown(office: Office) -> None:
    now = datetime.now(UTC)

    told = office.json("plan", "--out", "plan.json", "--valid-hours", "2")
    shown = office.run("plan", "--out", "again.json")

    plan = read_plan((office.folder / "plan.json").read_text(), now=now)
    assert plan.as_json() == told["plan"]
    assert timedelta(hours=2) - timedelta(minutes=1) < plan.expires_at - now <= timedelta(hours=2, minutes=1)
    again = read_plan((office.folder / "again.json").read_text(), now=now)
    assert again.networks == plan.networks
    assert f"Plan {again.hash}, valid until {again.expires_at:%Y-%m-%d %H:%M} UTC." in shown.output
    assert "To do it: stablecoin apply again.json" in shown.output


def test_what_is_new_gone_and_different_is_shown_in_the_words_of_the_file(standing: Office) -> None:
    drift(standing)
    standing.edit('supply_cap = "1,000,000,000 XEUR"', 'supply_cap = "2,000,000,000 XEUR"')
    standing.edit('PAUSER_ROLE = ["guardian"]', 'PAUSER_ROLE = ["guardian", "operations"]')
    before = standing.sent()

    answer = standing.run("plan")

    assert sorted(changes_of(answer)) == [
        "+ role.PAUSER_ROLE.operations",
        "- role.PAUSER_ROLE.legal",
        "~ minter.treasury: 5.00 XHKD, 0.00 XHKD back each second -> 1,000,000.00 XHKD, 11.574 XHKD back each second",
        "~ supply_cap: 1,000,000,000.00 XEUR -> 2,000,000,000.00 XEUR",
    ]
    assert "XSGD stands at 0x" in answer.output
    assert standing.sent() == before


def test_the_next_admin_is_named_as_the_file_has_it(standing: Office) -> None:
    standing.edit('admin = "admin" ', 'admin = "legal" ')

    assert changes_of(standing.run("plan")) == ["+ pending_admin: legal"]


def test_what_no_plan_mends_is_said_and_is_a_difference(standing: Office) -> None:
    standing.edit('name = "Example SGD"', 'name = "Another SGD"')

    people, machines = standing.run("plan", CODES), standing.run("plan", CODES, "--json")

    assert (people.code, machines.code) == (2, 2)
    assert "not mended by this plan: XSGD on anvil: its name is 'Example SGD' for good" in people.output
    assert "There is nothing to apply." in people.output
    (remark,) = json.loads(machines.output)["remarks"]
    assert (remark["coin"], remark["network"]) == ("XSGD", "anvil")


def test_nothing_to_do_is_said(standing: Office) -> None:
    answer = standing.run("plan")

    assert answer.code == 0
    assert answer.output == "anvil (chain 31337): nothing to do\nEverything is as the file says.\n"


def test_the_exit_code_tells_whether_there_is_something_to_do(standing: Office) -> None:
    assert standing.run("plan", CODES).code == 0
    drift(standing)
    assert standing.run("plan", CODES).code == 2
    assert standing.run("plan", CODES, "--json").code == 2
    assert standing.run("plan").code == 0


def wrong_file(office: Office) -> tuple[str, ...]:
    office.file.write_text("[coins")
    return ("plan",)


def no_file(office: Office) -> tuple[str, ...]:
    office.file.unlink()
    return ("plan",)


def unknown_option(_: Office) -> tuple[str, ...]:
    return ("plan", "--neutral")


def wrong_value(_: Office) -> tuple[str, ...]:
    return ("plan", "--valid-hours", "0")


def no_node(office: Office) -> tuple[str, ...]:
    office.environment["STABLECOIN_RPC_URL_ANVIL"] = "http://127.0.0.1:9"
    return ("plan",)


def unknown_network(_: Office) -> tuple[str, ...]:
    return ("plan", "--network", "sepolia")


def nowhere_to_write(_: Office) -> tuple[str, ...]:
    return ("plan", "--out", "no/such/folder/plan.json")


def wrong_record(office: Office) -> tuple[str, ...]:
    record = office.folder / "deployments" / "31337" / "XSGD.json"
    record.parent.mkdir(parents=True)
    record.write_text("{}")
    return ("plan",)


@pytest.mark.parametrize(
    ("make_wrong", "code", "words"),
    [
        (wrong_file, 2, "stablecoin.toml, line 1: this is no TOML"),
        (no_file, 2, "There is no file stablecoin.toml. `stablecoin init` writes one."),
        (unknown_option, 2, "No such option '--neutral'"),
        (wrong_value, 2, "0 is not in the range"),
        (no_node, 3, "cannot be reached: ConnectionError. It is the node of anvil."),
        (unknown_network, 2, "The file names no network 'sepolia'. It names anvil."),
        (nowhere_to_write, 2, "no/such/folder/plan.json cannot be written: No such file or directory"),
        (wrong_record, 2, "XSGD.json"),
    ],
)
def test_whatever_fails_ends_with_1_where_2_would_mean_something_to_do(
    office: Office, make_wrong: object, code: int, words: str
) -> None:
    assert callable(make_wrong)
    arguments = make_wrong(office)

    plain, detailed = office.run(*arguments), office.run(*arguments, CODES)

    assert (plain.code, detailed.code) == (code, 1)
    for answer in (plain, detailed):
        assert words in answer.errors
        assert "Traceback" not in answer.errors


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('PAUSER_ROLE = ["guardian"]', 'PAUSER_ROLE = ["guardien"]', "guardien"),
        ("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955", "0x14dC79964da2C08b23698B3D3cc7Ca32193d9956", "guardian"),
        ("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955", "0x14dC79964da2C08b23698B3D3cc7Ca32193d995", "guardian"),
        ('supply_cap = "1,000,000,000 XSGD"', 'supply_cap = "1,000,000,000 XHKD"', "supply_cap"),
        ("[networks.anvil]", "[networks.nowhere]", "nowhere"),
        ("admin_delay_hours = 48", "admin_delay_hour = 48", "admin_delay_hour"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_with_its_line(office: Office, old: str, new: str, words: str) -> None:
    office.edit(old, new)
    before = office.sent()

    answer = office.run("plan", "--out", "plan.json")

    assert answer.code == 2
    assert words in answer.last_line
    assert office.sent() == before
    assert not (office.folder / "plan.json").exists()


def test_a_node_of_another_chain_is_refused(office: Office) -> None:
    with AnvilProcess("--chain-id", "5") as other:
        office.environment["STABLECOIN_RPC_URL_ANVIL"] = other.url
        code, told = office.refused("plan", "--out", "plan.json")

    assert (code, told["moved"]) == (3, "no")
    assert "chain 5" in told["message"]
    assert not (office.folder / "plan.json").exists()


def test_one_network_of_several_can_be_named(office: Office) -> None:
    office.edit("[networks.anvil]", "[networks.anvil]\n[networks.sepolia]")  # of which no node is known

    assert office.run("plan").code == 2
    (network,) = office.json("plan", "--network", "anvil")["plan"]["networks"]
    assert network["network"] == "anvil"


def test_what_was_read_is_not_written_over(standing: Office) -> None:
    standing.edit('supply_cap = "1,000,000,000 XEUR"', 'supply_cap = "2,000,000,000 XEUR"')
    before = standing.file.read_text()

    refused = standing.run("plan", "--out", "../" + standing.folder.name + "/stablecoin.toml")
    standing.plan()
    handed = standing.run("apply", "plan.json", "--offline", str(standing.address("admin")), "--out", "plan.json")

    assert (refused.code, "is what was read, and would be lost" in refused.last_line) == (2, True)
    assert (handed.code, "is what was read, and would be lost" in handed.last_line) == (2, True)
    assert standing.file.read_text() == before
    json.loads((standing.folder / "plan.json").read_text())


def test_a_pause_that_stays_is_told(standing: Office) -> None:
    standing.json("pause", "minting", "--coin", "XHKD", "--wallet", WALLETS["guardian"], "--yes")

    planned, audited = standing.run("plan"), standing.run("audit")

    assert "XHKD on anvil is paused, and stays so: minting" in planned.output
    assert "XHKD on anvil is paused: minting" in audited.output
    assert (planned.code, audited.code) == (0, 0)
    told = {one["coin"]: one["paused"] for one in standing.json("audit")["anvil"]}
    assert told == {"XSGD": [], "XHKD": ["minting"], "XEUR": []}
