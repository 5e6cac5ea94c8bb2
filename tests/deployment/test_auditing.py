"""An audit of how a coin stands.

given a coin whose powers are in separate hands: nothing is found
given one thing that is not as it should be: exactly that is found, with who, what it means and what to do
given a description: each difference is found, and what it does not speak of is not
read from a chain: who holds a role by one key, and changes of the admin under way, giving up included
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment import Implementations
from stablecoin_tools.deployment.auditing import AuditFinding, Kind, audit, audit_network
from stablecoin_tools.deployment.facts import HELD, limit_fact, limit_text, role_fact
from stablecoin_tools.deployment.standing import PendingSuccession, Standing, powers_of, read_standing
from stablecoin_tools.networks import NETWORKS, Network
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import as_kept
from tests.contracts.words import create, mock
from tests.deployment.described import site_of
from tests.world import ROLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stablecoin_tools.deployment.plans import Facts
    from tests.world import World

ADMIN, MINTER_ADMIN, MINTER, BRIDGE, STOPPER, STARTER, SEIZER, UPGRADER = (
    Address(bytes([n]) * 20) for n in range(1, 9)
)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MAINNET = Network("mainnet", 1, "ETH", "", is_testnet=False)
DAY = 86_400
HIGH_PEOPLE = ("admin", "minter_admin", "unblacklister", "unpauser", "upgrader")
MOST = 10_000_000 * 10**6
FACTS: Facts = {
    "symbol": "XSGD",
    "decimals": "6",
    "admin": str(ADMIN),
    "admin_delay_seconds": str(2 * DAY),
    "supply_cap": str(100 * MOST),
    "global_limit": limit_text(MOST, MOST // DAY),
    limit_fact(Role.MINTER_ROLE, MINTER): limit_text(MOST // 10, MOST // 10 // DAY),
    limit_fact(Role.BRIDGE_ROLE, BRIDGE): limit_text(MOST // 10, 0),
    role_fact(Role.MINTER_ADMIN_ROLE, MINTER_ADMIN): HELD,
    role_fact(Role.BURNER_ROLE, MINTER): HELD,
    role_fact(Role.BLACKLISTER_ROLE, STOPPER): HELD,
    role_fact(Role.UNBLACKLISTER_ROLE, STARTER): HELD,
    role_fact(Role.SEIZER_ROLE, SEIZER): HELD,
    role_fact(Role.PAUSER_ROLE, STOPPER): HELD,
    role_fact(Role.UNPAUSER_ROLE, STARTER): HELD,
    role_fact(Role.UPGRADER_ROLE, UPGRADER): HELD,
}
SOUND = Standing(MAINNET, FACTS, frozenset({STOPPER}), None, NOW)


def with_facts(**changes: str | None) -> Standing:
    """The sound standing with these facts instead; None for none."""
    facts = {**FACTS, **{fact: value for fact, value in changes.items() if value is not None}}
    return replace(SOUND, facts={fact: value for fact, value in facts.items() if changes.get(fact, "") is not None})


def with_roles(*held: tuple[Role, Address]) -> Standing:
    return with_facts(**{role_fact(role, holder): HELD for role, holder in held})


def with_minter(capacity: int, refill: int, role: Role = Role.MINTER_ROLE) -> Standing:
    holder = MINTER if role is Role.MINTER_ROLE else BRIDGE
    return with_facts(**{limit_fact(role, holder): limit_text(capacity, refill)})


def pending(heir: Address, after: timedelta) -> Standing:
    return replace(SOUND, succession=PendingSuccession(heir, NOW + after))


def found(standing: Standing, **description: Any) -> list[tuple[Kind, Address | None]]:
    findings = audit(standing, **description)
    assert all(finding.meaning.endswith(".") and finding.remedy.endswith(".") for finding in findings)
    return [(finding.kind, finding.who) for finding in findings]


def test_nothing_is_found_where_powers_are_in_separate_hands() -> None:
    assert audit(SOUND) == ()


@pytest.mark.parametrize(
    ("standing", "kind", "who"),
    [
        (with_roles((Role.UPGRADER_ROLE, MINTER)), Kind.MINTS_AND_UPGRADES, MINTER),
        (with_roles((Role.UPGRADER_ROLE, BRIDGE)), Kind.MINTS_AND_UPGRADES, BRIDGE),
        (with_roles((Role.MINTER_ADMIN_ROLE, BRIDGE)), Kind.MINTS_AND_ADMINISTERS_MINTERS, BRIDGE),
        (with_facts(admin=str(BRIDGE)), Kind.MINTS_AND_IS_ADMIN, BRIDGE),
        (with_roles((Role.PAUSER_ROLE, STARTER)), Kind.PAUSES_AND_UNPAUSES, STARTER),
        (with_roles((Role.BLACKLISTER_ROLE, STARTER)), Kind.BLACKLISTS_AND_UNBLACKLISTS, STARTER),
        (with_roles((Role.BLACKLISTER_ROLE, SEIZER)), Kind.BLACKLISTS_AND_SEIZES, SEIZER),
        (replace(SOUND, single_keys=frozenset({ADMIN})), Kind.SINGLE_KEY, ADMIN),
        (replace(SOUND, single_keys=frozenset({MINTER_ADMIN})), Kind.SINGLE_KEY, MINTER_ADMIN),
        (replace(SOUND, single_keys=frozenset({STARTER})), Kind.SINGLE_KEY, STARTER),
        (replace(SOUND, single_keys=frozenset({SEIZER})), Kind.SINGLE_KEY, SEIZER),
        (replace(SOUND, single_keys=frozenset({UPGRADER})), Kind.SINGLE_KEY, UPGRADER),
        (with_minter(MOST, 0), Kind.UNLIMITED, MINTER),
        (with_minter(10, MOST // DAY), Kind.UNLIMITED, MINTER),
        (with_minter(10, as_kept(MOST // DAY)), Kind.UNLIMITED, MINTER),
        (with_minter(10, 2**112 - 1), Kind.UNLIMITED, MINTER),
        (with_minter(MOST, 0, Role.BRIDGE_ROLE), Kind.UNLIMITED, BRIDGE),
        (with_facts(admin=str(ZERO_ADDRESS)), Kind.NO_ADMIN, None),
        (with_facts(**{role_fact(Role.PAUSER_ROLE, STOPPER): None}), Kind.NOBODY_STOPS, None),
        (with_facts(**{role_fact(Role.BLACKLISTER_ROLE, STOPPER): None}), Kind.NOBODY_STOPS, None),
        (with_facts(admin_delay_seconds="0"), Kind.SHORT_DELAY, None),
        (with_facts(admin_delay_seconds=str(DAY - 1)), Kind.SHORT_DELAY, None),
        (pending(STARTER, timedelta(hours=1)), Kind.PENDING_ADMIN, STARTER),
        (pending(STARTER, timedelta(0)), Kind.PENDING_ADMIN, STARTER),
        (pending(STARTER, timedelta(seconds=-1)), Kind.OVERDUE_ADMIN, STARTER),
        (pending(ZERO_ADDRESS, timedelta(hours=1)), Kind.PENDING_ADMIN, None),
        (pending(ZERO_ADDRESS, timedelta(hours=-1)), Kind.OVERDUE_ADMIN, None),
        (with_facts(pending_admin_delay_seconds="0"), Kind.PENDING_DELAY, None),
    ],
    ids=range(28),
)
def test_one_thing_that_is_not_as_it_should_be_is_found_alone(
    standing: Standing, kind: Kind, who: Address | None
) -> None:
    assert found(standing) == [(kind, who)]


def test_an_account_of_development_chains_is_found_elsewhere_whatever_its_role() -> None:
    everybody_s = development_signer(9, NETWORKS["anvil"]).address
    standing = with_roles((Role.PAUSER_ROLE, everybody_s), (Role.VERIFIER_ROLE, everybody_s))
    (finding,) = audit(replace(standing, network=NETWORKS["sepolia"]))

    assert (finding.kind, finding.who) == (Kind.PUBLIC_KEY, everybody_s)
    assert "VERIFIER_ROLE, PAUSER_ROLE" in finding.meaning
    assert audit(replace(standing, network=NETWORKS["anvil"])) == ()


def test_a_limit_as_great_as_the_supply_cap_is_none_either() -> None:
    standing = with_facts(supply_cap=str(MOST // 10))

    assert found(standing) == [(Kind.UNLIMITED, MINTER), (Kind.UNLIMITED, BRIDGE)]


def test_nobody_is_unlimited_where_nothing_may_be_created() -> None:
    assert audit(with_facts(supply_cap="0")) == ()


@pytest.mark.parametrize(
    "standing",
    [
        with_facts(admin_delay_seconds=str(DAY)),
        replace(with_facts(admin_delay_seconds="0"), network=NETWORKS["sepolia"]),
        replace(SOUND, network=NETWORKS["anvil"], single_keys=frozenset({ADMIN, UPGRADER})),
        with_minter(MOST - 10**6, 0),
        with_minter(10, MOST // DAY - 1_000),
        with_roles((Role.VERIFIER_ROLE, STARTER), (Role.RESCUER_ROLE, UPGRADER), (Role.BURNER_ROLE, ADMIN)),
    ],
    ids=range(6),
)
def test_what_is_just_right_is_not_found(standing: Standing) -> None:
    assert audit(standing) == ()


def test_one_key_that_holds_several_high_roles_is_one_finding_that_names_them() -> None:
    standing = replace(with_roles((Role.UPGRADER_ROLE, ADMIN)), single_keys=frozenset({ADMIN}))
    (finding,) = audit(standing)

    assert "DEFAULT_ADMIN_ROLE, UPGRADER_ROLE" in finding.meaning


@pytest.mark.parametrize(
    ("found_facts", "wanted", "who", "words"),
    [
        ({role_fact(Role.PAUSER_ROLE, ADMIN): HELD}, {}, ADMIN, "The chain has role.PAUSER_ROLE (held)"),
        ({}, {role_fact(Role.RESCUER_ROLE, ADMIN): HELD}, ADMIN, "The file has role.RESCUER_ROLE (held)"),
        ({}, {"supply_cap": str(7 * 10**6)}, None, "1,000,000,000.00 XSGD on the chain, 7.00 XSGD in the file"),
        (
            {limit_fact(Role.MINTER_ROLE, MINTER): limit_text(9 * 10**6, 10**6)},
            {},
            MINTER,
            "minter is 9.00 XSGD, 1.00 XSGD back each second on the chain",
        ),
        ({"contract_uri": "https://x"}, {}, None, "The chain has contract_uri (https://x)"),
        ({"allowlist_only": "on"}, {}, None, "The chain has allowlist_only (on)"),
        ({f"blacklisted.{MINTER}": "yes"}, {}, MINTER, "The chain has blacklisted (yes)"),
    ],
    ids=range(7),
)
def test_each_difference_from_the_description_is_found(
    found_facts: Facts, wanted: Facts, who: Address | None, words: str
) -> None:
    standing = with_facts(**found_facts)
    (finding,) = audit(standing, wanted={**FACTS, **wanted})

    assert (finding.kind, finding.who) == (Kind.DRIFT, who)
    assert finding.fact == next(iter({**found_facts, **wanted}))
    assert words in finding.meaning


def test_amounts_that_are_counted_otherwise_are_not_compared() -> None:
    wanted = {**FACTS, "decimals": "2", "supply_cap": "7", limit_fact(Role.MINTER_ROLE, MINTER): limit_text(7, 7)}

    (finding,) = audit(with_facts(), wanted=wanted)

    assert finding.meaning == "decimals is 6 on the chain, 2 in the file."


def test_what_the_description_does_not_speak_of_is_no_difference() -> None:
    standing = with_facts(**{"paused.minting": "paused", f"verified.{MINTER}": "yes"})

    assert found(standing, wanted=FACTS) == [(Kind.DRIFT, None), (Kind.DRIFT, MINTER)]
    assert audit(standing, wanted=FACTS, unsaid=("paused", "verified")) == ()


def test_a_change_under_way_is_found_once() -> None:
    standing = replace(
        pending(STARTER, timedelta(hours=1)),
        facts={**FACTS, "pending_admin": str(STARTER), "pending_admin_delay_seconds": "0"},
    )

    assert found(standing, wanted=FACTS) == [(Kind.PENDING_ADMIN, STARTER), (Kind.PENDING_DELAY, None)]


def test_powers_name_every_role_and_never_nobody() -> None:
    powers = powers_of({**FACTS, "admin": str(ZERO_ADDRESS)})

    assert set(powers) == set(Role)
    assert (powers[Role.DEFAULT_ADMIN_ROLE], powers[Role.MINTER_ROLE]) == ((), (MINTER,))


def _standing(world: World) -> Standing:
    return read_standing(world.coin, world.chain)


def test_the_tests_own_coin_is_found_sound(world: World) -> None:
    standing = _standing(world)

    assert audit(standing) == ()
    assert standing.single_keys == {world.address(person) for person in ROLES.values()} | {world.address("admin")}
    assert found(replace(standing, network=MAINNET)) == [
        *((Kind.SINGLE_KEY, one) for one in sorted(map(world.address, HIGH_PEOPLE))),
        *((Kind.PUBLIC_KEY, one) for one in sorted(standing.single_keys)),
        (Kind.SHORT_DELAY, None),
    ]


@pytest.mark.parametrize(
    ("person", "build", "kind", "who"),
    [
        (
            "admin",
            lambda w: w.coin.calls.grant_role(Role.PAUSER_ROLE, w.address("unpauser")),
            "PAUSES_AND_UNPAUSES",
            "unpauser",
        ),
        ("admin", lambda w: w.coin.calls.revoke_role(Role.PAUSER_ROLE, w.address("pauser")), "NOBODY_STOPS", None),
        ("admin", lambda w: w.coin.calls.begin_default_admin_transfer(w.address("bob")), "PENDING_ADMIN", "bob"),
        ("admin", lambda w: w.coin.calls.change_default_admin_delay(60), "PENDING_DELAY", None),
        (
            "minter_admin",
            lambda w: w.coin.calls.configure_minter(w.address("upgrader"), w.coin.amount(5)),
            "MINTS_AND_UPGRADES",
            "upgrader",
        ),
        (
            "minter_admin",
            lambda w: w.coin.calls.configure_minter(w.address("minter"), w.coin.amount(1_000_000_000)),
            "UNLIMITED",
            "minter",
        ),
    ],
    ids=range(6),
)
def test_what_is_done_by_hand_is_found(
    world: World, person: str, build: Callable[[World], Any], kind: str, who: str | None
) -> None:
    world.do(build(world), by=person)

    assert found(_standing(world)) == [(Kind[kind], who and world.address(who))]


def test_a_change_of_admin_is_overdue_once_it_could_be_accepted(world: World) -> None:
    world.do(world.coin.calls.begin_default_admin_transfer(world.address("bob")), by="admin")
    world.chain.advance(seconds=2 * 3600)

    assert found(_standing(world)) == [(Kind.OVERDUE_ADMIN, world.address("bob"))]


def test_an_admin_who_is_about_to_give_up_is_found(anvil: World) -> None:
    anvil.do(Call(anvil.coin.address, coin_abi().encode_call("beginDefaultAdminTransfer", ZERO_ADDRESS)), by="admin")

    (finding,) = audit(_standing(anvil))
    assert (finding.kind, finding.who) == (Kind.PENDING_ADMIN, None)
    assert "given up for good" in finding.meaning


def test_a_contract_is_no_single_key_and_a_delegated_account_is_one(anvil: World) -> None:
    admin, upgrader = anvil.address("admin"), anvil.address("upgrader")
    anvil.chain.ask("anvil_setCode", str(admin), "0x6001")
    anvil.chain.ask("anvil_setCode", str(upgrader), "0xef0100" + "11" * 20)

    single = _standing(anvil).single_keys

    assert admin not in single
    assert upgrader in single


def test_findings_are_values() -> None:
    assert audit(with_facts(admin_delay_seconds="0")) == (
        AuditFinding(
            Kind.SHORT_DELAY,
            None,
            "The admin changes hands after 0:00:00: nobody has time to notice a theft.",
            "Lengthen the delay to a day at least: `admin_delay_hours` of the file, then `stablecoin plan`.",
        ),
    )


def test_code_that_nobody_here_knows_is_found_behind_the_coin(world: World, tmp_path: Path) -> None:
    site = site_of(world, tmp_path)
    site.apply(site.plan(site.describe("SGD")).plan)
    known = Implementations(tmp_path)
    stranger = create(world, mock("LaneServingIssuer"))
    assert [coin.findings for coin in audit_network(site.chain, site.records, known=known)] == [()]

    site.by_hand("XSGD", "upgrader", lambda coin: coin.calls.upgrade_to_and_call(stranger))

    (audited,) = audit_network(site.chain, site.records, known=known)
    assert [(one.kind, str(stranger) in one.meaning) for one in audited.findings] == [(Kind.UNKNOWN_CODE, True)]
    named = site.describe("SGD", implementation=stranger)
    (audited,) = audit_network(site.chain, site.records, description=named, known=known)
    assert audited.findings == ()
