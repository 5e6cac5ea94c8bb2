"""make_plan: what differs from the description, and what is believed for that

given an allowance that was used: no difference, but any other than it was set to is one
given a record that its coin does not bear out, amounts that are counted otherwise, one chain twice: no plan
given a text on the chain that would deceive the eye: shown as hex, and replaced
when the admin changes hands: over two plans
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.deployment import deploy, make_plan, read_plan
from stablecoin_tools.deployment.auditing import audit_network
from stablecoin_tools.deployment.create2 import create2_address
from stablecoin_tools.errors import ConfigError, UsageError
from stablecoin_tools.reverts import UnknownRevert
from stablecoin_tools.roles import Role
from tests.chain.bent import bent
from tests.deployment.described import NOW, facts_changed, limit, site_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deployment.described import Site
    from tests.world import World

COINS = ("SGD", "HKD", "EUR")


@pytest.fixture
def site(world: World, tmp_path: Path) -> Site:
    return site_of(world, tmp_path)


def test_what_a_minter_used_is_no_difference(site: Site) -> None:
    coin = site.coin("SGD")
    once = {site.address("minter"): limit(coin.spec, 500, 0)}
    site.apply(site.plan(site.describe("SGD", minters=once)).plan)

    site.by_hand("XSGD", "minter", lambda coin: coin.calls.mint(site.address("alice"), coin.amount(123)))

    assert site.plan(site.describe("SGD", minters=once)).is_as_described
    site.by_hand(
        "XSGD", "minter_admin", lambda coin: coin.calls.configure_minter(site.address("minter"), coin.amount(501))
    )
    assert facts_changed(site.plan(site.describe("SGD", minters=once))) == {f"XSGD: minter.{site.address('minter')}"}


@pytest.mark.parametrize("tokens", [1, 5_000])
def test_an_allowance_without_refill_is_held_against_what_it_was_set_to(site: Site, tokens: int) -> None:
    minter, spec = site.address("minter"), site.coin("SGD").spec
    site.apply(site.plan(site.describe("SGD", minters={minter: limit(spec, 500, 0)})).plan)
    site.by_hand("XSGD", "minter", lambda coin: coin.calls.mint(site.address("alice"), coin.amount(123)))
    wanted = site.describe("SGD", minters={minter: limit(spec, tokens, 0)})

    assert facts_changed(site.plan(wanted)) == {f"XSGD: minter.{minter}"}
    site.apply(site.plan(wanted).plan)

    coin = site.found("XSGD")
    assert coin.minter_limit(minter).capacity == coin.amount(tokens)
    assert site.plan(wanted).is_as_described


def test_a_minter_that_was_removed_and_granted_the_role_alone_has_no_allowance(site: Site) -> None:
    minter, spec = site.address("minter"), site.coin("SGD").spec
    wanted = site.describe("SGD", minters={minter: limit(spec, 500, 0)})
    site.apply(site.plan(wanted).plan)
    site.by_hand("XSGD", "minter_admin", lambda coin: coin.calls.remove_minter(minter))
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.grant_role(Role.MINTER_ROLE, minter))

    assert facts_changed(site.plan(wanted)) == {f"XSGD: minter.{minter}"}


@pytest.mark.parametrize(
    "lie", [{"address": Address(b"\x66" * 20)}, {"admin": Address(b"\x66" * 20)}], ids=["address", "admin"]
)
def test_a_record_that_does_not_fit_its_address_is_not_believed(site: Site, lie: Any) -> None:
    description = site.describe("SGD")
    site.apply(site.plan(description).plan)
    record = site.records.find(site.chain.network.chain_id, "XSGD")
    assert record is not None
    site.records.write(replace(record, **lie))

    with pytest.raises(ConfigError, match=f"names {replace(record, **lie).address}, and a coin that was created as it"):
        site.plan(description)
    with pytest.raises(ConfigError, match="as it says stands at"):
        audit_network(site.chain, site.records)


def test_a_record_of_another_release_is_said_to_be_so(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    record = site.records.find(site.chain.network.chain_id, "XSGD")
    assert record is not None
    site.records.write(replace(record, address=Address(b"\x66" * 20), standard_json_sha256="0x00"))

    with pytest.raises(ConfigError, match="names 0x") as refused:
        site.plan(site.describe("SGD"))
    assert refused.value.hint.startswith("It names another release")


def test_a_record_that_hides_the_first_blocks_of_a_coin_is_not_believed(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    record = site.records.find(site.chain.network.chain_id, "XSGD")
    assert record is not None
    site.records.write(replace(record, block_number=record.block_number + 1))

    with pytest.raises(ConfigError, match=f"says that block {record.block_number + 1} created it, which did not"):
        site.plan(site.describe("SGD"))
    with pytest.raises(ConfigError, match="created it, which did not"):
        audit_network(site.chain, site.records)


def test_a_record_of_another_chain_is_believed_no_further(site: Site) -> None:
    """Where a coin is created as on another chain, the record there says how: its address must bear that out."""
    site.apply(site.plan(site.describe("SGD")).plan)
    record = site.records.find(site.chain.network.chain_id, "XSGD")
    assert record is not None
    site.records.path(record.chain_id, "XSGD").unlink()
    site.records.write(replace(record, chain_id=1, admin=site.address("bob")))

    with pytest.raises(ConfigError, match="The record of XSGD on chain 1 names"):
        site.plan(site.describe("SGD"))


def test_a_coin_of_another_release_is_not_put_at_another_address_here(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    record = site.records.find(site.chain.network.chain_id, "XSGD")
    assert record is not None
    former, spec = Address(b"\x77" * 20), record.spec()
    identity, initialization = (
        (spec.name, spec.symbol, spec.currency, spec.decimals),
        bytes.fromhex(record.initialization[2:]),
    )
    address = create2_address(load_artifact("Stablecoin").creation_code(identity, former, initialization), spec.salt)
    site.records.path(record.chain_id, "XSGD").unlink()
    site.records.write(replace(record, chain_id=1, implementation=former, address=address))

    with pytest.raises(ConfigError, match=f"XSGD stands at {address} on chain 1, created by another release"):
        site.plan(site.describe("SGD"))


def test_two_networks_that_are_one_chain_are_not_planned_for(site: Site) -> None:
    description = site.describe("SGD")
    chains = {"one": site.chain, "another": site.chain}

    with pytest.raises(ConfigError, match="Two networks of the file are one chain"):
        make_plan(description, chains, site.records, now=NOW, valid_for=timedelta(hours=1))


def test_a_coin_that_is_counted_otherwise_is_not_planned_for(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    spec = replace(site.coin("SGD").spec, decimals=2)

    with pytest.raises(ConfigError, match=r"XSGD with 2 decimals; on \w+ it is XSGD with 6, for good"):
        site.plan(site.describe("SGD", spec=spec))


def test_a_text_of_the_coin_that_would_deceive_the_eye_is_planned_away(site: Site) -> None:
    description = site.describe("SGD", contract_uri="https://example.org")
    site.apply(site.plan(description).plan)
    site.by_hand("XSGD", "admin", lambda coin: coin.calls.set_contract_uri("https://\u202egro.elpmaxe"))

    plan = read_plan(site.plan(description).plan.as_text(), now=NOW)

    (change,) = plan.networks[0].steps[0].changes
    assert change.before == "UTF-8 0x" + "https://\u202egro.elpmaxe".encode().hex()
    site.apply(plan)
    assert site.found("XSGD").contract_uri() == "https://example.org"


def test_an_implementation_that_the_file_names_is_no_difference(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    found, elsewhere = site.found("XSGD").implementation(), Address(b"\x55" * 20)

    assert site.plan(site.describe("SGD", implementation=found)).is_as_described
    other = site.plan(site.describe("SGD", implementation=elsewhere, is_lane_closed=True))
    assert other.plan.is_empty
    assert [str(elsewhere) in remark.words or "lane_closed" in remark.words for remark in other.remarks] == [True, True]


def test_the_admin_changes_hands_over_two_plans(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    spec = replace(site.coin("SGD").spec, admin=site.address("alice"))
    wanted = site.describe("SGD", spec=spec)

    first = site.plan(wanted)
    site.apply(first.plan)
    waiting = site.plan(wanted)
    site.chain.advance(seconds=3601)
    last = site.plan(wanted)
    site.apply(last.plan)

    assert facts_changed(first) == {"XSGD: pending_admin"}
    assert waiting.plan.is_empty
    assert [remark.coin for remark in waiting.remarks] == ["XSGD"]
    assert last.plan.networks[0].steps[0].sender == site.address("alice")
    assert site.found("XSGD").default_admin() == site.address("alice")
    assert site.plan(wanted).is_as_described


def test_a_record_in_another_s_place_is_none(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    here = site.records.path(site.chain.network.chain_id, "XSGD")
    elsewhere = site.records.path(1, "XSGD")
    elsewhere.parent.mkdir()
    elsewhere.write_text(here.read_text())

    with pytest.raises(ConfigError, match=f"is the record of XSGD on chain {site.chain.network.chain_id}"):
        site.records.find(1, "XSGD")


def test_a_coin_that_does_not_answer_is_named(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)

    def refuses(*_: Any, **__: Any) -> bytes:
        raise UnknownRevert(b"")

    broken = replace(site, chain=bent(site.chain, call=refuses))
    with pytest.raises(ConfigError, match=r"XSGD at 0x\w+ on \w+ does not answer as a coin does") as refused:
        broken.plan(site.describe("SGD"))
    assert "stablecoin verify --coin XSGD" in refused.value.hint


def test_another_coin_of_a_symbol_that_is_recorded_is_not_deployed(site: Site) -> None:
    site.apply(site.plan(site.describe("SGD")).plan)
    spec = replace(site.coin("SGD").spec, name="Another SGD")
    before = site.chain.block().number

    with pytest.raises(UsageError, match=f"Another XSGD is recorded at {site.found('XSGD').address}"):
        deploy(
            spec,
            site.chain,
            signer=site.signers["admin"],
            transactions=site.transactions,
            records=site.records,
        )

    assert site.chain.block().number == before
