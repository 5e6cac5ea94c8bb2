"""Steps of a plan that were signed, and perhaps never sent: no command hides them, for the next one sends them

given a plan that expired, or that the chain overtook, with such a step: its outcome is unknown, and what to do is said
given another plan of the same sender: it is not begun before that
given any other command of the same sender: it says what is mined before it
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

import pytest

from stablecoin_tools.deployment import make_plan, read_description
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.transactions import Journal, TransactionManager
from tests.chain.bent import bent
from tests.world import IMPATIENT

if TYPE_CHECKING:
    from stablecoin_tools.deployment import Plan
    from tests.cli.offices import Office

pytestmark = pytest.mark.xdist_group("applying")

CAPPED = ('supply_cap = "1,000,000,000 XSGD"', 'supply_cap = "2,000,000,000 XSGD"')


def signed_and_not_sent(office: Office, *, hours_ago: int = 0) -> Plan:
    """A plan of one step of the admin's, in plan.json, whose step was signed by a process that died right then."""
    office.edit(*CAPPED)
    made_at = datetime.now(UTC) - timedelta(hours=hours_ago)
    description = read_description(office.file.read_text())
    planned = make_plan(
        description, {"anvil": office.chain}, office.records, now=made_at, valid_for=timedelta(minutes=90)
    )
    (office.folder / "plan.json").write_text(planned.plan.as_text())
    (network,) = planned.plan.networks

    def dead(*_: object) -> NoReturn:
        raise SystemExit

    dying = bent(office.chain, publish=dead, publish_many=dead)
    url = f"sqlite:///{office.folder}/journal.db"
    office.environment["STABLECOIN_JOURNAL"] = url
    with Journal(url) as journal:
        transactions = TransactionManager(dying, journal=journal, waiting=IMPATIENT)
        signer = development_signer(0, office.chain.network)
        with pytest.raises(SystemExit):
            transactions.send(network.steps[0].call, signer=signer, ref=planned.plan.reference(network, 0))
    return planned.plan


@pytest.mark.parametrize("hours_ago", [0, 2], ids=["overtaken", "expired"])
def test_a_plan_that_cannot_go_on_says_what_of_it_is_under_way(standing: Office, hours_ago: int) -> None:
    plan = signed_and_not_sent(standing, hours_ago=hours_ago)
    if not hours_ago:
        _changed_by_another(standing)
    before = standing.sent()

    code, told = standing.refused("apply", "plan.json", "--yes")

    assert (code, told["moved"], standing.sent()) == (5, "unknown", before)
    assert told["reference"] == plan.reference(plan.networks[0], 0)
    assert ("expired" if hours_ago else "moved away") in told["message"]
    assert "set the supply cap" in told["message"]
    assert f"stablecoin tx cancel {told['reference']}" in told["hint"]
    assert f"stablecoin tx resume {told['reference']}" in told["hint"]


def _changed_by_another(office: Office) -> None:
    """The minter admin changes something, which is no business of the admin's lane."""
    minter = str(office.address("treasury"))
    office.json("minter", "configure", minter, "5 XHKD", "--coin", "XHKD", "--wallet", "dev1", "--yes")


def test_another_plan_of_the_same_sender_is_not_begun_before_it(standing: Office) -> None:
    signed_and_not_sent(standing)
    standing.edit(CAPPED[1], CAPPED[0])
    standing.edit('PAUSER_ROLE = ["guardian"]', 'PAUSER_ROLE = ["guardian", "operations"]')

    told = standing.json("plan", "--out", "plan.json")
    before = standing.sent()
    code, refused = standing.refused("apply", "plan.json", "--yes")

    (line,) = told["under_way"]
    assert "set the supply cap" in line
    assert (code, refused["moved"], standing.sent()) == (4, "no", before)
    assert "A step of another plan is under way and would be mined first: set the supply cap" in refused["message"]
    assert "stablecoin tx cancel plan-" in refused["hint"]


def test_any_other_command_says_what_is_mined_before_it(standing: Office) -> None:
    signed_and_not_sent(standing)
    legal = str(standing.address("legal"))

    declined = standing.run("roles", "grant", Role.PAUSER_ROLE.name, legal, "--coin", "XEUR", typed="n\n")

    assert declined.code == 4
    assert "before it, what is under way: set the supply cap" in declined.errors


def test_the_plan_that_was_begun_is_seen_through(standing: Office) -> None:
    signed_and_not_sent(standing)

    assert json.loads(standing.run("apply", "plan.json", "--yes", "--json").output)["networks"]["anvil"]["left"] == 0
    assert str(standing.coin("XSGD").supply_cap()) == "2,000,000,000.00 XSGD"
    assert standing.json("plan")["under_way"] == []


def test_a_deployment_says_it_too(standing: Office) -> None:
    signed_and_not_sent(standing)

    deployed = standing.run("deploy", "--symbol", "XUSD", "--name", "Example USD", "--wallet", "dev0", typed="n\n")

    assert deployed.code == 4
    assert "before it, what is under way: set the supply cap" in deployed.errors
