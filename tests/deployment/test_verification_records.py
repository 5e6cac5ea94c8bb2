"""verify_coin(chain, address, record=...): the record, and what became of roles and limits since

when roles or limits changed by right: proven, and the transaction is named; by no event: not proven
given a record that says something else: not proven, and what it says
given an older record: held against what it says
given the record of another coin, or one that cannot be understood: refused
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.deployment import Verdict
from stablecoin_tools.errors import ConfigError, UsageError
from stablecoin_tools.roles import Role
from tests.deployment.forged import by_what, do, store, verified, wrong

if TYPE_CHECKING:
    from tests.deployment.site import Site

ELSEWHERE = Address(b"\x77" * 20)


def test_roles_and_limits_that_changed_by_right_are_told_with_their_transactions(site: Site) -> None:
    deployed = site.deploy()
    coin, bob = site.coin(), site.signers["bob"].address
    granted = do(site, coin.calls.grant_role(Role.PAUSER_ROLE, bob), by="admin")
    do(site, coin.calls.set_supply_cap(coin.amount(20_000_000_000)), by="admin")
    capped = do(site, coin.calls.set_supply_cap(coin.amount(30_000_000_000)), by="admin")

    found = verified(site, deployed)

    assert found.is_proven
    changed = {check.what: check for check in found.checks if check.verdict is Verdict.CHANGED}
    assert set(changed) == {"PAUSER_ROLE", "the supply cap"}
    assert changed["PAUSER_ROLE"].changed_in == granted.transaction_hash
    assert changed["PAUSER_ROLE"].found == {bob, *deployed.roles["PAUSER_ROLE"]}
    assert changed["the supply cap"].changed_in == capped.transaction_hash
    assert changed["the supply cap"].found == coin.amount(30_000_000_000)


def test_what_changed_and_changed_back_is_as_it_was(local_site: Site) -> None:
    deployed = local_site.deploy()
    coin, bob = local_site.coin(), local_site.signers["bob"].address
    do(local_site, coin.calls.grant_role(Role.PAUSER_ROLE, bob), by="admin")
    do(local_site, coin.calls.revoke_role(Role.PAUSER_ROLE, bob), by="admin")

    assert {check.verdict for check in verified(local_site, deployed).checks} == {Verdict.PROVEN}


def test_a_limit_that_no_event_changed_is_wrong(anvil_site: Site) -> None:
    deployed = anvil_site.deploy()
    head_slot = 0xB1B558EFDF2A27D407CB4355E7FFB17C9A2354A5476FD4C3C5C6044EF60CFA00
    head = int.from_bytes(anvil_site.chain.storage(deployed.address, head_slot))
    store(anvil_site, deployed.address, head_slot, (head ^ 1 << 120).to_bytes(32))

    found = verified(anvil_site, deployed)

    assert found.differences == ()
    assert wrong(found) == {"the supply cap"}
    assert found.findings[0].startswith("The supply cap is ")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"salt": "0x" + "01" * 32}, {"the address, from its creation code"}),
        ({"initialization": "0x1234"}, {"the first state, as initialisation"}),
        ({"compiler_version": "0.8.36+commit.1"}, {"the compiler"}),
        ({"standard_json_sha256": "00" * 32}, {"the compiler's input"}),
        ({"storage_layout_sha256": "00" * 32}, {"the storage layout"}),
        ({"block_number": 1}, {"its history, from that block on"}),
        ({"block_hash": "0x" + "00" * 32}, {"the block of its creation"}),
        ({"transaction_hash": "0x" + "00" * 32}, {"the block of its creation"}),
        (
            {"implementation": ELSEWHERE},
            {
                "the address, from its creation code",
                "the first implementation, from its creation code",
                "the implementation",
            },
        ),
        (
            {"admin": ELSEWHERE},
            {"the address, from its creation code", "the first state, as initialisation", "the admin"},
        ),
        (
            {"roles": {}},
            {"the address, from its creation code", "the first state, as initialisation"}
            | {role.name for role in (Role.BURNER_ROLE, Role.PAUSER_ROLE)},
        ),
    ],
    ids=lambda change: ",".join(change) if isinstance(change, dict) else "",
)
def test_a_record_that_says_something_else_is_found(local_site: Site, change: dict[str, Any], what: set[str]) -> None:
    deployed = local_site.deploy()

    found = verified(local_site, deployed, record=replace(deployed, **change))

    assert not found.is_proven
    assert what <= wrong(found)
    if "roles" not in change:
        assert what == wrong(found)


def test_a_record_that_calls_the_coin_otherwise_is_found_in_the_code(local_site: Site) -> None:
    deployed = local_site.deploy()

    found = verified(local_site, deployed, record=replace(deployed, name="Best Dollar"))

    assert [each.section for each in found.differences] == ["immutable NAME", "immutable SEPARATOR"]


def test_an_older_record_is_held_against_what_it_says(local_site: Site) -> None:
    deployed = local_site.deploy()

    found = verified(local_site, deployed, record=replace(deployed, storage_layout_sha256="", proven={}))

    assert found.is_proven
    assert "the storage layout" not in by_what(found)


def test_a_coin_that_was_found_there_has_no_block_to_be_held_against(local_site: Site) -> None:
    deployed = local_site.deploy()
    unknown = replace(deployed, transaction_hash="", block_hash="", block_number=0)

    found = verified(local_site, deployed, record=unknown)

    assert found.is_proven
    assert "the block of its creation" not in by_what(found)


def test_the_record_of_another_coin_is_refused(local_site: Site) -> None:
    deployed = local_site.deploy()

    for change in ({"address": ELSEWHERE}, {"chain_id": 5}):
        with pytest.raises(UsageError, match="The record is of"):
            verified(local_site, deployed, record=replace(deployed, **change))


@pytest.mark.parametrize("change", [{"roles": {"KING_ROLE": ()}}, {"salt": "0xzz"}], ids=str)
def test_a_record_that_cannot_be_understood_is_refused(local_site: Site, change: dict[str, Any]) -> None:
    deployed = local_site.deploy()

    with pytest.raises(ConfigError, match="cannot be understood"):
        verified(local_site, deployed, record=replace(deployed, **change))
