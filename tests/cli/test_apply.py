"""`stablecoin apply`: exactly what a plan says, each step once

given three coins in a file: created and configured; then as the file says, whatever was changed by hand in between
given a plan that was edited, has expired, is for another chain, or was overtaken: refused by name, nothing sent
given wallets that can do nothing, or not all: who can is named, and whether anything moved
given no, or nobody to ask: nothing sent
given several networks of which one fails: what moved is told
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.deployment import make_plan, read_description
from stablecoin_tools.roles import Role
from tests.cli.offices import COINS, drift, with_more_coins
from tests.conftest import AnvilProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.offices import Office

pytestmark = pytest.mark.xdist_group("applying")


def nothing_sent(office: Office, *arguments: str) -> tuple[int, dict[str, Any]]:
    """How a command failed that sent nothing."""
    before = office.sent()
    code, told = office.refused(*arguments)
    assert (office.sent(), told["moved"]) == (before, "no")
    return code, told


def changed_facts(plan: Any) -> set[str]:
    """What a plan in a file changes, with its coin and how."""
    (network,) = plan["networks"]
    return {
        f"{step['coin']} {change['fact']}: {change['before']} -> {change['after']}"
        for step in network["steps"]
        for change in step["changes"]
    }


def test_three_coins_are_created_changed_by_hand_and_restored(office: Office) -> None:
    office.file.unlink()
    assert office.run("init", "--coin", "XSGD", "--currency", "SGD", "--name", "Example SGD").code == 0
    office.file.write_text(with_more_coins(office.file.read_text()))

    assert office.run("plan", "--detailed-exitcode", "--out", "plan.json").code == 2
    applied = office.run("apply", "plan.json", "--yes")
    assert applied.code == 0, applied.errors
    assert applied.output.splitlines()[-1] == "anvil: 7 of 7 steps are done"
    first = office.facts()
    for symbol in COINS:
        assert office.coin(symbol).currency() == symbol[1:]
        assert str(office.coin(symbol).minter_limit(office.address("treasury")).capacity) == f"1,000,000.00 {symbol}"
    assert office.run("plan", "--detailed-exitcode").code == 0
    assert office.run("audit").code == 0

    drift(office)
    legal, treasury = office.address("legal"), office.address("treasury")
    shown = office.run("plan", "--detailed-exitcode", "--out", "plan.json")
    audited = office.run("audit", "--json")
    assert shown.code == 2
    assert "- role.PAUSER_ROLE.legal" in shown.output
    assert "~ minter.treasury: 5.00 XHKD, 0.00 XHKD back each" in shown.output
    assert changed_facts(json.loads((office.folder / "plan.json").read_text())) == {
        f"XSGD role.PAUSER_ROLE.{legal}: held -> None",
        f"XHKD minter.{treasury}: capacity 5000000 refill 0 -> capacity 1000000000000 refill 11574000",
    }
    assert audited.code == 3
    found = {
        (coin["coin"], one["kind"], one["fact"])
        for coin in json.loads(audited.output)["anvil"]
        for one in coin["findings"]
    }
    assert found == {
        ("XSGD", "drift", f"role.PAUSER_ROLE.{legal}"),
        ("XHKD", "drift", f"minter.{treasury}"),
    }

    restored = office.run("apply", "plan.json", "--yes")
    assert restored.output.splitlines()[-1] == "anvil: 2 of 2 steps are done"
    assert office.run("apply", "plan.json").output == "anvil: the coins stand so already\n"
    assert office.facts() == first
    assert office.run("plan", "--detailed-exitcode").code == 0
    assert office.run("audit").code == 0


def test_machines_are_told_how_far_it_is_done_and_applied_again_it_does_nothing(standing: Office) -> None:
    drift(standing)
    plan = standing.plan()

    done = standing.json("apply", "plan.json", "--yes")
    sent = standing.sent()
    again = standing.json("apply", "plan.json")  # nobody is asked, as nothing is to be sent

    assert done == again == {"plan": plan["hash"], "networks": {"anvil": {"done": 2, "left": 0}}}
    assert standing.sent() == sent


def test_what_is_asked_names_the_plan_each_step_and_who_signs(standing: Office) -> None:
    drift(standing)
    plan = standing.plan()

    declined = standing.run("apply", "plan.json", typed="n\n")

    assert declined.code == 4
    assert declined.last_line == "error: Declined. Nothing was sent."
    assert f"Plan {plan['hash']}" in declined.errors
    assert f"revoke PAUSER_ROLE from {standing.address('legal')}, by {standing.address('admin')}" in declined.errors
    called = f"revokeRole(role=0x{Role.PAUSER_ROLE.identifier.hex()}, account={standing.address('legal')})"
    assert f"{called} at {standing.coin('XSGD').address}" in declined.errors
    assert f"by {standing.address('minter-admin')}" in declined.errors
    assert nothing_sent(standing, "apply", "plan.json")[0] == 2  # nobody answers


def test_a_plan_is_applied_from_the_file_alone(standing: Office) -> None:
    drift(standing)
    standing.plan()
    standing.file.unlink()

    first = standing.run("apply", "plan.json", "--wallet", "dev1", "--yes")  # the minter admin comes second
    done = standing.run("apply", "plan.json", "--wallet", "dev0", "--yes")

    assert (first.code, done.code) == (4, 4)
    assert "MINTER_ADMIN_ROLE" in done.last_line


def _rehashed(plan: dict[str, Any]) -> str:
    content = {key: value for key, value in plan.items() if key != "hash"}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return json.dumps({**content, "hash": hashlib.sha256(canonical.encode()).hexdigest()}, indent=2)


def _other_byte(plan: dict[str, Any]) -> None:
    step = plan["networks"][0]["steps"][0]
    step["data"] = step["data"][:-1] + ("1" if step["data"][-1] != "1" else "2")


def _other_argument(plan: dict[str, Any]) -> None:
    plan["networks"][0]["steps"][0]["arguments"]["account"] = "0x" + "11" * 20


def _other_words(plan: dict[str, Any]) -> None:
    plan["networks"][0]["steps"][0]["description"] = "do nothing of note"


def _one_step_more(plan: dict[str, Any]) -> None:
    steps = plan["networks"][0]["steps"]
    steps.append({**steps[0], "to": "0x" + "11" * 20, "function": None, "arguments": {}})


def _another_sender(plan: dict[str, Any]) -> None:
    plan["networks"][0]["steps"][0]["sender"] = "0x" + "11" * 20


def _no_limit(plan: dict[str, Any]) -> None:
    for step in plan["networks"][0]["steps"]:
        for change in step["changes"]:
            change["after"] = "capacity of anything"


EDITS = [_other_byte, _other_argument, _one_step_more, _another_sender, _no_limit]


@pytest.mark.parametrize("edit", [*EDITS, _other_words])
def test_a_plan_that_was_edited_is_refused(standing: Office, edit: Callable[[dict[str, Any]], None]) -> None:
    drift(standing)
    plan = standing.plan()
    edit(plan)
    (standing.folder / "plan.json").write_text(json.dumps(plan))

    code, told = nothing_sent(standing, "apply", "plan.json", "--yes")

    assert code == 2
    assert "This is no plan" in told["message"] or "This plan was edited" in told["message"]


@pytest.mark.parametrize("edit", [*EDITS, _other_words])
def test_a_plan_that_was_edited_is_refused_by_what_its_bytes_say_even_if_its_hash_fits(
    standing: Office, edit: Callable[[dict[str, Any]], None]
) -> None:
    drift(standing)
    plan = standing.plan()
    edit(plan)
    (standing.folder / "plan.json").write_text(_rehashed(plan))

    code, _ = nothing_sent(standing, "apply", "plan.json", "--yes")

    assert code in (2, 4)


def test_a_plan_that_has_expired_is_refused(standing: Office) -> None:
    drift(standing)
    description = read_description(standing.file.read_text())
    made_at = datetime.now(UTC) - timedelta(hours=2)
    chains = {"anvil": standing.chain}
    planned = make_plan(description, chains, standing.records, now=made_at, valid_for=timedelta(hours=1))
    (standing.folder / "plan.json").write_text(planned.plan.as_text())

    code, told = nothing_sent(standing, "apply", "plan.json", "--yes")

    assert code == 2
    assert f"expired at {(made_at + timedelta(hours=1)).isoformat()}" in told["message"]


def test_a_plan_for_another_chain_is_refused(standing: Office) -> None:
    drift(standing)
    plan = standing.plan()
    plan["networks"][0]["chain_id"] = 11155111
    (standing.folder / "plan.json").write_text(_rehashed(plan))

    code, told = nothing_sent(standing, "apply", "plan.json", "--yes")
    assert (code, "chain 11155111" in told["message"]) == (3, True)
    code, told = nothing_sent(standing, "apply", "plan.json", "--network", "sepolia", "--yes")
    assert (code, "it is for anvil" in told["message"]) == (2, True)


def test_a_chain_that_moved_since_is_refused_by_name(standing: Office) -> None:
    drift(standing)
    standing.plan()
    guardian = str(standing.address("guardian"))
    standing.json("roles", "revoke", "PAUSER_ROLE", guardian, "--coin", "XEUR", "--yes")

    code, told = nothing_sent(standing, "apply", "plan.json", "--yes")

    assert code == 4
    assert f"XEUR: role.PAUSER_ROLE.{guardian} is not there, not held" in told["message"]
    assert "stablecoin plan" in told["hint"]


def test_a_wallet_that_can_do_nothing_is_told_who_can(standing: Office) -> None:
    drift(standing)
    standing.without_signers()
    standing.plan()

    code, told = nothing_sent(standing, "apply", "plan.json", "--wallet", "dev5", "--yes")

    assert code == 4
    assert "it needs" in told["message"]
    first = json.loads((standing.folder / "plan.json").read_text())["networks"][0]["steps"][0]
    assert first["needs"] in told["message"]
    assert str(standing.address("admin")) in told["message"]
    assert "2 of 2 steps are left" in told["hint"]


def test_a_wallet_that_can_do_some_does_them_and_the_rest_is_named(standing: Office) -> None:
    drift(standing)
    standing.without_signers()
    standing.plan()
    before = standing.sent()

    code, told = standing.refused("apply", "plan.json", "--wallet", "dev0", "--yes")

    assert (code, told["moved"]) == (4, "yes")
    assert f"MINTER_ADMIN_ROLE, which {standing.address('minter-admin')} holds" in told["message"]
    assert "1 of 2 steps are left" in told["hint"]
    assert standing.sent() == before + 1
    assert not standing.coin("XSGD").has_role(Role.PAUSER_ROLE, standing.address("legal"))
    assert standing.run("apply", "plan.json", "--wallet", "dev1", "--yes").code == 0
    assert standing.run("plan", "--detailed-exitcode").code == 0


def test_a_signer_whose_wallet_is_another_address_is_refused(standing: Office) -> None:
    drift(standing)
    standing.edit('minter-admin = "dev1"', 'minter-admin = "dev3"')
    standing.plan()

    code, told = nothing_sent(standing, "apply", "plan.json", "--yes")

    assert code == 2
    assert "[signers] minter-admin = 'dev3'" in told["message"]
    assert str(standing.address("minter-admin")) in told["message"]


def test_a_description_that_is_named_must_be_there(standing: Office) -> None:
    drift(standing)
    standing.plan()

    code, told = nothing_sent(standing, "apply", "plan.json", "--file", "nowhere.toml", "--yes")

    assert (code, "There is no file nowhere.toml" in told["message"]) == (2, True)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 2}', "\ud800", "[" * 100_000])
def test_what_is_no_plan_is_refused(standing: Office, text: str) -> None:
    (standing.folder / "plan.json").write_bytes(text.encode(errors="surrogatepass"))

    code, _ = nothing_sent(standing, "apply", "plan.json", "--yes")
    assert code == 2


def test_a_plan_that_is_not_there_is_refused(standing: Office) -> None:
    code, told = nothing_sent(standing, "apply", "plan.json", "--yes")
    assert (code, "There is no file plan.json" in told["message"]) == (2, True)
    assert "stablecoin plan --out" in told["hint"]


# Several networks


@pytest.fixture
def two(office: Office) -> Iterator[tuple[Office, AnvilProcess]]:
    """The same coins on another chain too, where the environment's key signs on both."""
    with AnvilProcess("--chain-id", "31338") as other:
        config = office.folder / "config.toml"
        config.write_text('[networks.other]\nchain_id = 31338\nnative_symbol = "ETH"\nis_testnet = true\n')
        office.environment |= {
            "STABLECOIN_CONFIG": str(config),
            "STABLECOIN_RPC_URL_OTHER": other.url,
            "STABLECOIN_PRIVATE_KEY": "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        }
        office.without_signers()
        office.edit("[networks.anvil]", "[networks.anvil]\n[networks.other]")
        yield office, other


def test_one_plan_does_all_networks(two: tuple[Office, AnvilProcess]) -> None:
    office, _ = two
    office.plan()

    done = office.json("apply", "plan.json", "--yes")

    assert done["networks"] == {name: {"done": 7, "left": 0} for name in ("anvil", "other")}
    anvil, other = (office.records.find(chain_id, "XSGD") for chain_id in (31337, 31338))
    assert anvil is not None
    assert other is not None
    assert anvil.address == other.address


def test_all_networks_are_looked_at_before_anything_is_sent_on_the_first(two: tuple[Office, AnvilProcess]) -> None:
    office, other = two
    office.plan()
    other.stop()

    code, _ = nothing_sent(office, "apply", "plan.json", "--yes")
    assert code == 3
    assert office.json("apply", "plan.json", "--network", "anvil", "--yes")["networks"]["anvil"]["left"] == 0


def test_what_was_sent_on_the_first_network_has_moved_though_the_second_is_declined(
    two: tuple[Office, AnvilProcess],
) -> None:
    office, _ = two
    office.plan()

    answer = office.run("apply", "plan.json", "--json", typed="y\nn\n")

    told = json.loads(answer.last_line)
    assert (answer.code, told["moved"]) == (4, "yes")
    assert told["message"] == "Declined."
    assert told["hint"] == "Steps on anvil are done. Apply the same plan again: it goes on from there."
    assert office.records.find(31337, "XSGD") is not None
    assert office.records.find(31338, "XSGD") is None
