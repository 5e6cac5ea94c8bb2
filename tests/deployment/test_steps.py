"""The steps between two ways in which a coin can stand.

when taken in their order: each is allowed by what the ones before it left, and the facts end as wanted
who is needed is appointed first and dismissed last; what stops comes before what is set and what resumes
given what no step can mend: a remark
given what the file leaves alone: nothing
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.deployment.facts import HELD, holders_of, limit_fact, limit_text, role_fact
from stablecoin_tools.deployment.steps import StepBuilder, differences
from stablecoin_tools.roles import Role
from stablecoin_tools.token import StablecoinCalls

if TYPE_CHECKING:
    from stablecoin_tools.deployment.plans import Facts, Step

COIN = Address(b"\xc0" * 20)
TUSD = Denomination("TUSD", 6)
PEOPLE = [Address(bytes([number]) * 20) for number in range(1, 6)]
BUILDER = StepBuilder(StablecoinCalls(COIN, TUSD), TUSD)
PLAIN_ROLES: list[Role] = [
    role for role in Role if role not in (Role.DEFAULT_ADMIN_ROLE, Role.MINTER_ROLE, Role.BRIDGE_ROLE)
]


def facts(**more: str) -> Facts:
    return {
        "name": "Test Dollar",
        "symbol": "TUSD",
        "currency": "USD",
        "decimals": "6",
        "implementation": str(PEOPLE[0]),
        "lane": "open",
        "admin": str(PEOPLE[0]),
        "admin_delay_seconds": "3600",
        "supply_cap": "1000000000",
        "global_limit": limit_text(1000, 1),
        **more,
    }


@st.composite
def standing(draw: st.DrawFn) -> Facts:
    """Any way in which a coin can stand that steps can bring about."""
    more: dict[str, str] = {}
    for plain, person in draw(st.sets(st.tuples(st.sampled_from(PLAIN_ROLES), st.sampled_from(PEOPLE)))):
        more[role_fact(plain, person)] = HELD
    for role in (Role.MINTER_ROLE, Role.BRIDGE_ROLE):
        for person, capacity in draw(st.dictionaries(st.sampled_from(PEOPLE), st.integers(1, 10**6))).items():
            more[limit_fact(role, person)] = limit_text(capacity, draw(st.integers(1, 10**6)))
    for kind in ("blacklisted", "verified"):
        more |= {f"{kind}.{person}": "yes" for person in draw(st.sets(st.sampled_from(PEOPLE)))}
    more |= {
        f"paused.{scope}": "paused" for scope in draw(st.sets(st.sampled_from(["transfers", "minting", "redemption"])))
    }
    if draw(st.booleans()):
        more["reserve_feed"] = f"{PEOPLE[1]} at most {draw(st.integers(1, 10**6))} s old"
    if uri := draw(st.sampled_from(["", "https://a.example", "https://b.example"])):
        more["contract_uri"] = uri
    if draw(st.booleans()):
        more["allowlist_only"] = "on"
    more["supply_cap"] = str(draw(st.integers(10**6, 10**9 // 1000)) * 1000)
    return facts(**more)


def after(found: Facts, steps: tuple[Step, ...]) -> Facts:
    for step in steps:
        found = step.applied_to(found)
    return found


@given(found=standing(), wanted=standing())
def test_lead_from_any_standing_to_any_other(found: Facts, wanted: Facts) -> None:
    steps, remarks = BUILDER.between(found, wanted)

    assert after(found, steps) == wanted
    assert remarks == ()
    assert differences(wanted, wanted) == []


@given(found=standing(), wanted=standing())
def test_each_change_is_of_what_then_stands(found: Facts, wanted: Facts) -> None:
    steps, _ = BUILDER.between(found, wanted)

    for step in steps:
        for change in step.changes:
            assert found.get(change.fact) == change.before
        found = step.applied_to(found)


@given(found=standing(), wanted=standing())
def test_whoever_holds_a_role_before_or_after_can_still_do_its_steps(found: Facts, wanted: Facts) -> None:
    """Where a role passes from hand to hand, one hand or the other holds it when its step comes."""
    steps, _ = BUILDER.between(found, wanted)

    for step in steps:
        assert step.role is not None
        was_or_will_be = {*holders_of(found, step.role), *holders_of(wanted, step.role)}
        if was_or_will_be:
            assert holders_of(found, step.role), step.call.description
        found = step.applied_to(found)


def ordered(found: Facts, wanted: Facts) -> list[str]:
    return [step.call.description for step in BUILDER.between(found, wanted)[0]]


def test_who_is_needed_comes_first_then_what_stops_and_what_resumes_after_all_is_set() -> None:
    one, two, *_ = PEOPLE
    found = facts(
        **{
            role_fact(Role.PAUSER_ROLE, one): HELD,
            "paused.minting": "paused",
            limit_fact(Role.MINTER_ROLE, one): limit_text(5, 1),
        }
    )
    wanted = facts(
        **{
            role_fact(Role.PAUSER_ROLE, two): HELD,
            "paused.transfers": "paused",
            limit_fact(Role.MINTER_ROLE, two): limit_text(5, 1),
        }
    )

    words = ordered(found, wanted)

    assert [line.split()[0] for line in words] == ["grant", "remove", "pause", "let", "resume", "revoke"]


def test_a_role_that_no_step_needs_is_revoked_first() -> None:
    one, two, *_ = PEOPLE
    found, wanted = facts(**{role_fact(Role.SEIZER_ROLE, one): HELD}), facts(**{role_fact(Role.SEIZER_ROLE, two): HELD})

    assert [line.split()[0] for line in ordered(found, wanted)] == ["revoke", "grant"]


@pytest.mark.parametrize(("then", "now", "first"), [("100", "200000", "cap"), ("200000", "100", "limit")])
def test_cap_and_limit_are_set_so_that_the_limit_always_fits_under_the_cap(then: str, now: str, first: str) -> None:
    found = facts(supply_cap=then, global_limit=limit_text(int(then), 1))
    wanted = facts(supply_cap=now, global_limit=limit_text(int(now), 1))

    words = ordered(found, wanted)

    assert ("supply cap" in words[0]) == (first == "cap")
    assert len(words) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"implementation": str(PEOPLE[3])}, "upgrade"),
        ({"lane": "closed"}, "lane"),
        ({"name": "Other Dollar"}, "for good"),
        ({"pending_admin": str(PEOPLE[3])}, "next admin"),
        ({"pending_admin_delay_seconds": "7"}, "delay"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_no_step_mends_is_a_remark(change: dict[str, Any], words: str) -> None:
    steps, remarks = BUILDER.between(facts(**change), facts())

    assert steps == ()
    assert len(remarks) == 1
    assert words in remarks[0]


def test_what_is_left_alone_is_no_difference() -> None:
    found = facts(**{"paused.minting": "paused", f"blacklisted.{PEOPLE[1]}": "yes"})

    assert BUILDER.between(found, facts(), left_alone=("paused", "blacklisted")) == ((), ())


def test_a_new_admin_is_named_then_accepts_when_it_may() -> None:
    heir = str(PEOPLE[4])
    wanted = facts(admin=heir)
    named, _ = BUILDER.between(facts(), wanted)
    waiting, remarks = BUILDER.between(facts(pending_admin=heir), wanted)
    accepting = StepBuilder(BUILDER.calls, TUSD, can_accept=True)
    accepted, _ = accepting.between(facts(pending_admin=heir), wanted)

    assert [step.role for step in named] == [Role.DEFAULT_ADMIN_ROLE]
    assert after(facts(), named) == facts(pending_admin=heir)
    assert waiting == ()
    assert len(remarks) == 1
    assert [step.sender for step in accepted] == [PEOPLE[4]]
    assert after(facts(pending_admin=heir), accepted) == wanted
