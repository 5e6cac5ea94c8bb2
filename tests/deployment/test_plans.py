"""Plan files.

when written and read back: the same plan, in the same bytes
given a file that somebody edited, in any place, with or without a new hash of its own: refused
given an expired one, one from the future, one of another version: refused by name
given a step that pays, or calls what is no coin of the plan: refused
given anything else: refused, and never another error
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.chain import Call, LocalChain
from stablecoin_tools.deployment import Plan, read_plan
from stablecoin_tools.deployment.plans import Change
from stablecoin_tools.deployment.steps import StepBuilder
from stablecoin_tools.errors import UsageError
from stablecoin_tools.roles import Role
from stablecoin_tools.token import ReserveFeed, StablecoinCalls
from tests.deployment.described import NOW, site_on

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHERE_AND_WHEN = ("network", "chain_id", "as_of_block", "created_in_block")
FEED = ReserveFeed(Address(b"\x77" * 20), 3600)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder: Path = tmp_path_factory.mktemp("records")
    site = site_on(LocalChain(), folder)
    description = site.describe("SGD", "EUR", contract_uri="https://example.org", reserve_feed=FEED)
    return site.plan(description).plan


def rehashed(written: dict[str, Any]) -> str:
    """A file whose hash fits what it says, as somebody who knows the format would make it."""
    content = {key: value for key, value in written.items() if key != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return json.dumps({**content, "hash": hashlib.sha256(text.encode()).hexdigest()}, indent=2)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each leaf."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    leaves = [place for key, item in inner for place in places(item, (*path, key))]
    yield from leaves or [path]


def changed(text: str, path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(text)
    inside: Any = written
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return written


def other(value: Any) -> Any:
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1") if value else "0"
    if isinstance(value, bool) or value is None:
        return 1
    return value + 1 if isinstance(value, int) else ["0"]


def test_reads_back_what_was_written_in_the_same_bytes(plan: Plan) -> None:
    text = plan.as_text()

    found = read_plan(text, now=NOW)

    assert found == plan
    assert found.as_text() == text
    assert found.hash == plan.hash


def test_says_calls_in_words_amounts_in_base_units_and_how_coins_stand_after(plan: Plan) -> None:
    (network,) = plan.as_json()["networks"]
    (minter,) = [
        step for step in network["steps"] if step["coin"] == "XSGD" and "mint 1,000,000" in step["description"]
    ]

    assert minter["function"] == "configureMinter(address,uint256,uint256)"
    assert minter["arguments"]["capacity"] == "1000000000000"
    assert minter["needs"] == "MINTER_ADMIN_ROLE"
    assert network["coins"]["XSGD"]["before"] == {}
    assert network["coins"]["XSGD"]["after"]["contract_uri"] == "https://example.org"


def test_whatever_is_edited_is_refused(plan: Plan) -> None:
    text = plan.as_text()
    written = json.loads(text)

    for path in places(written):
        value = written
        for key in path:
            value = value[key]
        with pytest.raises(UsageError):
            read_plan(json.dumps(changed(text, path, other(value))), now=NOW)


def test_what_does_not_fit_the_bytes_is_refused_though_its_hash_fits(plan: Plan) -> None:
    """Whoever knows the format can make a hash; what is shown must be what is signed all the same."""
    text = plan.as_text()
    written = json.loads(text)

    for path in places(written):
        value = written
        for key in path:
            value = value[key]
        if path[0] in ("hash", "made_at", "expires_at") or path[-1] in WHERE_AND_WHEN:
            continue  # when and where is for the file to say; that a node is on that chain is seen when it is applied
        with pytest.raises(UsageError):
            read_plan(rehashed(changed(text, path, other(value))), now=NOW)


def test_a_step_that_says_one_thing_and_does_another_is_refused(plan: Plan) -> None:
    (network,) = plan.networks
    coin, thief = network.coins["XSGD"], Address(b"\x66" * 20)
    shown = next(step for step in network.steps if step.coin == "XSGD" and step.role is Role.DEFAULT_ADMIN_ROLE)
    grant = StablecoinCalls(coin.address, Denomination("XSGD", 6)).grant_role(Role.UPGRADER_ROLE, thief)
    disguised = replace(shown, call=replace(grant, description=shown.call.description))
    steps = tuple(disguised if step is shown else step for step in network.steps)
    hostile = Plan((replace(network, steps=steps),), plan.made_at, plan.expires_at)

    with pytest.raises(UsageError, match="does not do what it says"):
        read_plan(hostile.as_text(), now=NOW)


def test_amounts_counted_by_other_decimals_are_refused(plan: Plan) -> None:
    (network,) = plan.networks
    coins = {**network.coins, "XSGD": replace(network.coins["XSGD"], decimals=2)}
    hostile = Plan((replace(network, coins=coins),), plan.made_at, plan.expires_at)

    with pytest.raises(UsageError, match="counted otherwise"):
        read_plan(hostile.as_text(), now=NOW)


@pytest.mark.parametrize(
    "call", [Call(Address(b"\x66" * 20), b"\x12\x34\x56\x78"), Call(Address(b"\x66" * 20), value_wei=1)], ids=repr
)
def test_a_step_that_calls_or_pays_others_is_refused(plan: Plan, call: Call) -> None:
    (network,) = plan.networks
    smuggled = replace(network.steps[-1], call=call)
    hostile = Plan((replace(network, steps=(*network.steps, smuggled)),), plan.made_at, plan.expires_at)

    with pytest.raises(UsageError, match="no plan"):
        read_plan(hostile.as_text(), now=NOW)


def test_a_step_that_pays_a_coin_is_refused(plan: Plan) -> None:
    (network,) = plan.networks
    paying = replace(network.steps[-1], call=replace(network.steps[-1].call, value_wei=1))
    hostile = Plan((replace(network, steps=(*network.steps[:-1], paying)),), plan.made_at, plan.expires_at)

    with pytest.raises(UsageError, match="no plan"):
        read_plan(hostile.as_text(), now=NOW)


@pytest.mark.parametrize("fact", ["supply_cap", "global_limit", "minter.0x1", "bridge.0x1"])
@pytest.mark.parametrize("value", ["", "1.5", "many", "capacity 1", "capacity 1 refill x", "-1"])
def test_an_amount_that_is_none_is_refused(plan: Plan, fact: str, value: str) -> None:
    path = ("networks", 0, "coins", "XSGD", "before", fact)
    with pytest.raises(UsageError, match="no plan") as refused:
        read_plan(rehashed(changed(plan.as_text(), path, value)), now=NOW)
    assert isinstance(refused.value.__cause__, ValueError)


BOB = Address(b"\xab" * 20)


@pytest.mark.parametrize(
    "change",
    [
        Change(f"role.UPGRADER_ROLE.{BOB}", None, "not any more, by board decision 7"),
        Change(f"role.UPGRADER_ROLE.{str(BOB).lower()}", None, "held"),
        Change("reserve_feed", None, f"{BOB} at most 3600 s old (= one hour)"),
        Change("allowlist_only", None, "off"),
        Change("supply_cap", "1000000000000000", "1_000"),
        Change("supply_cap", "1000000000000000", "\u0663"),
        Change(f"minter.{BOB}", None, "at_most 5000000000 resting 7"),
        Change("lane", "open", "shut"),
        Change(f"blacklisted.{BOB}", None, "released"),
        Change("paused.minting", None, "a little"),
    ],
    ids=lambda change: f"{change.fact.partition('.')[0]}-{change.after!a:.12}",
)
def test_a_change_in_words_of_its_own_is_refused(plan: Plan, change: Change) -> None:
    """The step would do what its bytes say; whoever reads the changes would be told something else."""
    (network,) = plan.networks
    coin = replace(network.coins["XSGD"], before=dict(network.facts_after(len(network.steps))["XSGD"]), spec=None)
    coin.before.pop("reserve_feed")
    coin.before.pop(f"code.{coin.before['implementation']}", None)
    denomination = Denomination("XSGD", 6)
    step = StepBuilder(StablecoinCalls(coin.address, denomination), denomination).step(change)
    hostile = Plan((replace(network, coins={"XSGD": coin}, steps=(step,)),), plan.made_at, plan.expires_at)

    with pytest.raises(UsageError, match="no plan"):
        read_plan(hostile.as_text(), now=NOW)


def test_a_coin_that_is_not_where_it_would_be_created_is_refused(plan: Plan) -> None:
    """All steps after its creation would go to somebody else's contract."""
    (network,) = plan.networks
    coin, denomination = replace(network.coins["XSGD"], address=BOB), Denomination("XSGD", 6)
    builder = StepBuilder(StablecoinCalls(BOB, denomination), denomination)
    steps = tuple(
        builder.step(*step.changes) if step.call.to == network.coins["XSGD"].address else step for step in network.steps
    )
    hostile = replace(plan, networks=(replace(network, coins={**network.coins, "XSGD": coin}, steps=steps),))

    with pytest.raises(UsageError, match="XSGD would stand at"):
        read_plan(hostile.as_text(), now=NOW)


def test_a_name_of_a_fact_that_would_deceive_the_eye_is_refused(plan: Plan) -> None:
    path = ("networks", 0, "coins", "XSGD", "before", "contract_uri\u202e")
    with pytest.raises(UsageError, match="cannot be shown as it is"):
        read_plan(rehashed(changed(plan.as_text(), path, "x")), now=NOW)


def test_a_file_that_says_the_same_in_other_bytes_is_refused(plan: Plan) -> None:
    text = plan.as_text()
    read_plan(text.rstrip(), now=NOW)
    twice = text.replace('"version": 1,', '"version": 2,\n  "version": 1,', 1)
    for other_bytes in (text.replace('"version": 1', '"version": true'), text.replace("31337", "31337.0"), twice):
        assert other_bytes != text
        with pytest.raises(UsageError):
            read_plan(other_bytes, now=NOW)


def test_no_plan_is_valid_for_ever_or_of_one_chain_twice(plan: Plan) -> None:
    endless = replace(plan, expires_at=plan.made_at + timedelta(days=30, seconds=1))
    (network,) = plan.networks
    twice = replace(plan, networks=(network, replace(network, network="another")))

    with pytest.raises(UsageError, match="longer than 30 days"):
        read_plan(endless.as_text(), now=NOW)
    with pytest.raises(UsageError, match="are one chain"):
        read_plan(twice.as_text(), now=NOW)


@pytest.mark.parametrize("trick", ["\u202e", "\x1b[2K", "\r", "\n", "\u2028", "\u200b"], ids=ascii)
@pytest.mark.parametrize(
    "where", [("network",), ("coins", "XSGD", "before", "contract_uri")], ids=lambda path: path[-1]
)
def test_a_text_that_would_deceive_the_eye_is_refused(plan: Plan, trick: str, where: tuple[str, ...]) -> None:
    path = ("networks", 0, *where)
    with pytest.raises(UsageError, match="cannot be shown as it is"):
        read_plan(rehashed(changed(plan.as_text(), path, f"a{trick}b")), now=NOW)


def test_an_expired_plan_is_refused_and_one_from_the_future(plan: Plan) -> None:
    read_plan(plan.as_text(), now=plan.expires_at - timedelta(seconds=1))
    with pytest.raises(UsageError, match="expired at 2026-11-02T10:00"):
        read_plan(plan.as_text(), now=plan.expires_at)
    with pytest.raises(UsageError, match="check the clock"):
        read_plan(plan.as_text(), now=NOW - timedelta(hours=2))


def test_another_version_is_refused(plan: Plan) -> None:
    with pytest.raises(UsageError, match="version 2"):
        read_plan(rehashed(changed(plan.as_text(), ("version",), 2)), now=NOW)


@given(
    text=st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["version", "networks", "made_at", "steps", "coins", "x"]), inner)
        ),
    ).map(json.dumps)
)
def test_anything_else_is_refused_as_no_plan(text: str) -> None:
    with pytest.raises(UsageError, match="no plan"):
        read_plan(text, now=NOW)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(UsageError, match="no plan"):
        read_plan("[" * 100_000, now=NOW)
