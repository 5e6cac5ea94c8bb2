"""FeePolicy: what to offer for gas, and how much never to exceed

when there is a market: the median tip that was paid, and twice the next base fee
when blocks were empty: the node's suggestion; no floor, on chains where gas costs a thousandth of a gwei
when the next block costs more than the cap: FeeCapExceeded
when an offer is raised: both figures by a tenth at least, rounded up, never above the cap, and in the end the cap
given a chain of before EIP-1559: its gas price, with no headroom; the same rules for a raise
given a network: its own cap
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.chain import FeeHistory
from stablecoin_tools.errors import FeeCapExceeded, Moved, UsageError
from stablecoin_tools.networks import find_network
from stablecoin_tools.transactions import FeePolicy, Fees

GWEI = 10**9
wei = st.integers(0, 2000 * GWEI) | st.integers(0, 20)
histories = st.builds(FeeHistory, wei, st.lists(wei, max_size=20).map(tuple), wei)
legacy_histories = st.builds(lambda price: FeeHistory(0, (), 0, gas_price_wei=price), wei)
policies = st.builds(FeePolicy, cap_wei=wei, headroom=st.integers(1, 5))


@pytest.mark.parametrize(
    ("history", "fees"),
    [
        (FeeHistory(10 * GWEI, (GWEI, 3 * GWEI, 2 * GWEI), 9 * GWEI), Fees(22 * GWEI, 2 * GWEI)),
        (FeeHistory(10 * GWEI, (0, 0, GWEI), 9 * GWEI), Fees(21 * GWEI, GWEI)),  # empty blocks say nothing
        (FeeHistory(10 * GWEI, (0, 0), 3 * GWEI), Fees(23 * GWEI, 3 * GWEI)),
        (FeeHistory(10 * GWEI, (), 0), Fees(20 * GWEI, 0)),
        (FeeHistory(1_000_000, (1_000,), GWEI), Fees(2_001_000, 1_000)),  # 0.001 gwei, as on layer 2
        (FeeHistory(0, (1,), GWEI), Fees(1, 1)),
        (FeeHistory(0, (), 0), Fees(0, 0)),
    ],
)
def test_offers_what_blocks_lately_paid(history: FeeHistory, fees: Fees) -> None:
    assert FeePolicy().offer(history) == fees


def test_refuses_when_the_next_block_costs_more_than_the_cap() -> None:
    history = FeeHistory(10 * GWEI, (GWEI,), GWEI)

    assert FeePolicy(cap_wei=11 * GWEI).offer(history) == Fees(11 * GWEI, GWEI)
    with pytest.raises(FeeCapExceeded, match=r"11 gwei now; the policy allows 10\.99999 gwei") as refused:
        FeePolicy(cap_wei=11 * GWEI - 10_000).offer(history)
    assert refused.value.moved is Moved.NO
    assert refused.value.hint
    with pytest.raises(FeeCapExceeded):
        FeePolicy(cap_wei=11 * GWEI - 1).offer(history)


@settings(deadline=None)
@given(policy=policies, history=histories)
def test_an_offer_is_valid_pays_for_the_next_block_and_keeps_the_cap(policy: FeePolicy, history: FeeHistory) -> None:
    try:
        fees = policy.offer(history)
    except FeeCapExceeded:
        assert policy.cap_wei < history.next_base_fee_wei + max(*history.tips_wei, history.suggested_tip_wei, 0)
        return
    assert 0 <= fees.tip_wei <= fees.max_fee_wei <= policy.cap_wei
    assert fees.max_fee_wei >= history.next_base_fee_wei + fees.tip_wei


def test_a_policy_of_a_network_has_its_cap() -> None:
    assert FeePolicy.of(find_network("sepolia")) == FeePolicy() == FeePolicy(cap_wei=500 * GWEI)
    assert FeePolicy.of(find_network("base-sepolia")).cap_wei == 20 * GWEI
    assert FeePolicy.of(replace(find_network("sepolia"), fee_cap_gwei=7)) == FeePolicy(cap_wei=7 * GWEI)


def test_a_legacy_chain_is_offered_its_price() -> None:
    history = FeeHistory(0, (), 0, gas_price_wei=10 * GWEI)

    assert FeePolicy(cap_wei=10 * GWEI).offer(history) == Fees(10 * GWEI, 10 * GWEI, is_legacy=True)
    assert FeePolicy().offer(FeeHistory(0, (), 0, gas_price_wei=0)) == Fees(0, 0, is_legacy=True)
    with pytest.raises(FeeCapExceeded, match=r"10 gwei now; the policy allows 9 gwei"):
        FeePolicy(cap_wei=9 * GWEI).offer(history)


def costs_too_much(policy: FeePolicy, history: FeeHistory) -> bool:
    try:
        policy.offer(history)
    except FeeCapExceeded:
        return True
    return False


def least(wei: int) -> int:
    """What a node takes at least in place of this: a tenth more, and more at all."""
    return max((wei * 11 + 9) // 10, wei + 1)


@settings(deadline=None)
@given(policy=policies, first=histories | legacy_histories, later=histories | legacy_histories)
def test_a_raise_is_taken_by_every_node_and_keeps_the_cap(
    policy: FeePolicy, first: FeeHistory, later: FeeHistory
) -> None:
    try:
        fees = policy.offer(first)
    except FeeCapExceeded:
        return
    raised = policy.bump(fees, later)

    if raised is None:
        assert least(fees.max_fee_wei) > policy.cap_wei or costs_too_much(policy, later)
        return
    assert raised.max_fee_wei >= least(fees.max_fee_wei)
    assert raised.tip_wei >= least(fees.tip_wei)
    assert 0 <= raised.tip_wei <= raised.max_fee_wei <= policy.cap_wei
    assert {type(raised.max_fee_wei), type(raised.tip_wei)} == {int}
    assert raised.is_legacy == (later.gas_price_wei is not None)
    assert not raised.is_legacy or raised.tip_wei == raised.max_fee_wei


@settings(deadline=None)
@given(cap=st.integers(1, 2000 * GWEI) | st.integers(1, 300), first=st.data(), is_legacy=st.booleans())
def test_raises_follow_each_other_up_to_the_cap_and_end(
    cap: int,
    first: st.DataObject,
    is_legacy: bool,  # noqa: FBT001  # hypothesis passes it by name
) -> None:
    policy = FeePolicy(cap_wei=cap)
    max_fee = first.draw(st.integers(0, cap))
    tip = max_fee if is_legacy else first.draw(st.integers(0, max_fee))
    quiet = FeeHistory(0, (), 0, gas_price_wei=0 if is_legacy else None)
    fees, raises = Fees(max_fee, tip, is_legacy=is_legacy), 0

    while raised := policy.bump(fees, quiet):
        assert raised.max_fee_wei >= least(fees.max_fee_wei)
        assert raised.tip_wei >= least(fees.tip_wei)
        assert raised.tip_wei <= raised.max_fee_wei <= cap
        fees, raises = raised, raises + 1

    assert least(fees.max_fee_wei) > cap  # nothing that a node would take is left
    assert raises <= 300


@pytest.mark.parametrize(
    ("fees", "raised"),
    [
        (Fees(0, 0), Fees(1, 1)),
        (Fees(1, 1), Fees(2, 2)),
        (Fees(7, 1), Fees(8, 2)),
        (Fees(9, 8), Fees(11, 9)),
        (Fees(1_000_001, 1_000), Fees(1_125_002, 1_125)),
    ],
)
def test_a_raise_is_rounded_up(fees: Fees, raised: Fees) -> None:
    assert FeePolicy().bump(fees, FeeHistory(0, (), 0)) == raised


def test_a_raise_follows_a_market_that_rose_faster() -> None:
    market = FeeHistory(100 * GWEI, (5 * GWEI,), GWEI)

    assert FeePolicy().bump(Fees(21 * GWEI, GWEI), market) == Fees(205 * GWEI, 5 * GWEI)


@pytest.mark.parametrize(
    ("fees", "raised"),
    [
        (Fees(88, 1), Fees(99, 2)),  # an eighth
        (Fees(89, 1), Fees(100, 2)),  # an eighth would be 101
        (Fees(90, 1), Fees(100, 2)),  # a tenth is 99
        (Fees(90, 90), Fees(100, 100)),
        (Fees(89, 88), Fees(100, 99)),
        (Fees(91, 1), None),  # a tenth would be 101
        (Fees(99, 1), None),
        (Fees(100, 1), None),
    ],
)
def test_the_last_raise_is_the_cap_itself(fees: Fees, raised: Fees | None) -> None:
    assert FeePolicy(cap_wei=100).bump(fees, FeeHistory(1, (1,), 1)) == raised


@pytest.mark.parametrize(("price", "raised"), [(8, 9), (88, 99), (89, 100), (91, None)])
def test_a_legacy_price_rises_alike(price: int, raised: int | None) -> None:
    expected = None if raised is None else Fees(raised, raised, is_legacy=True)

    found = FeePolicy(cap_wei=100).bump(Fees(price, price, is_legacy=True), FeeHistory(0, (), 0, gas_price_wei=5))

    assert found == expected


def test_there_is_no_raise_where_the_market_is_above_the_cap() -> None:
    policy = FeePolicy(cap_wei=100)

    assert policy.bump(Fees(10, 1), FeeHistory(101, (1,), 1)) is None
    assert policy.bump(Fees(10, 10, is_legacy=True), FeeHistory(0, (), 0, gas_price_wei=101)) is None


@pytest.mark.parametrize("nonsense", [{"cap_wei": -1}, {"headroom": 0}], ids=repr)
def test_a_policy_that_could_offer_nothing_is_refused(nonsense: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        FeePolicy(**nonsense)
