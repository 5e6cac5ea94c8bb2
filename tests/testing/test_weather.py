"""What befalls a request: pure, and as likely as the weather says

when the same request comes for the same time under the same seed: the same fate, whatever else comes
when it comes once more, or under another seed, or asks something else: another draw
given a probability: about that share of requests, and all or none of them at 1 and 0
given a lie: it lasts for four questions, and none is told of nonces in named or final blocks
always: eth_chainId is answered truly or not at all; no error's words end a send
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.errors import UsageError
from stablecoin_tools.testing import CALM, HURRICANE, ROUGH, Fate, Weather, What, fate
from stablecoin_tools.testing.weather import BATCH, WHILE, request_digest, trouble_of
from stablecoin_tools.transactions.node_answers import Meaning, meaning_of

METHODS = ("eth_sendRawTransaction", "eth_getBalance", "eth_blockNumber", "eth_getTransactionReceipt", BATCH)
CHANCES = [field.name for field in fields(Weather) if field.name != "longest_delay_seconds"]
SEEDS = st.integers(0, 2**64)
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
PARAMS = st.lists(JSON, max_size=3)
MANY = 4_000


def fates(weather: Weather, method: str, *, params: list[Any] | None = None, many: int = MANY) -> list[Fate]:
    return [fate(7, weather, method, params or [], occurrence) for occurrence in range(many)]


@given(SEEDS, st.sampled_from([ROUGH, HURRICANE]), st.sampled_from(METHODS), PARAMS, st.integers(0, 10**6))
def test_the_same_request_meets_the_same_fate(
    seed: int, weather: Weather, method: str, params: list[Any], occurrence: int
) -> None:
    first = fate(seed, weather, method, params, occurrence)
    assert fate(seed, weather, method, list(params), occurrence) == first
    assert 0 <= first.luck < 1
    assert first.what is What.NOTHING or weather.chance(first.what) > 0


@given(SEEDS, st.sampled_from(METHODS), PARAMS, st.integers(0, 10**6))
def test_nothing_befalls_anything_in_calm(seed: int, method: str, params: list[Any], occurrence: int) -> None:
    assert fate(seed, CALM, method, params, occurrence) == Fate(What.NOTHING)


@pytest.mark.parametrize("name", CHANCES)
def test_what_is_certain_befalls_all_whom_it_may(name: str) -> None:
    what = What[name.upper()]
    weather = replace(CALM, **{name: 1})
    befallen = {method: {each.what for each in fates(weather, method, many=50)} for method in METHODS}

    only_lies_about = {
        What.HIDE_RECEIPT: {"eth_getTransactionReceipt"},
        What.LAG: {"eth_blockNumber"},
        What.SHUFFLE_BATCH: {BATCH},
        What.LOSE_MEMBER: {BATCH},
        What.DUPLICATE: set(METHODS) - {BATCH},
        What.MISREPORT: set(METHODS) - {BATCH},
    }
    assert {method for method in METHODS if befallen[method] == {what}} == only_lies_about.get(what, set(METHODS))
    assert all(found in ({what}, {What.NOTHING}) for found in befallen.values())


@pytest.mark.parametrize("method", METHODS)
def test_shares_are_about_the_probabilities(method: str) -> None:
    counts = Counter(each.what for each in fates(HURRICANE, method))
    lies = sum(counts[what] for what in (What.HIDE_RECEIPT, What.LAG))
    for what in set(counts) - {What.NOTHING, What.HIDE_RECEIPT, What.LAG}:
        assert counts[what] / (MANY - lies) == pytest.approx(HURRICANE.chance(what), abs=0.025), what
    if lies:
        assert lies / MANY == pytest.approx(HURRICANE.lag, abs=0.06)  # four share one draw


def test_luck_is_spread_evenly() -> None:
    tenths = Counter(each.pick(10) for each in fates(Weather(delay=1), "eth_getBalance"))
    assert set(tenths) == set(range(10))
    assert all(count / MANY == pytest.approx(0.1, abs=0.025) for count in tenths.values())


def test_each_time_seed_method_and_question_is_a_draw_of_its_own() -> None:
    weather = Weather(drop_request=0.5)
    runs = [
        [fate(seed, weather, method, [question], time) for time in range(64)]
        for seed in (1, 2)
        for method in METHODS[:2]
        for question in ("a", "b")
    ]
    assert len({tuple(run) for run in runs}) == len(runs)


def test_the_order_of_a_question_s_fields_does_not_count_and_its_values_do() -> None:
    assert request_digest("eth_call", [{"a": 1, "b": 2}]) == request_digest("eth_call", [{"b": 2, "a": 1}])
    assert request_digest("eth_call", [{"a": 1}]) != request_digest("eth_call", [{"a": 2}])
    assert request_digest("eth_call", []) != request_digest("eth_estimateGas", [])


@pytest.mark.parametrize(
    ("method", "params", "weather"),
    [
        ("eth_getTransactionReceipt", ["0xabc"], Weather(hide_receipt=0.5)),
        ("eth_getTransactionCount", ["0xabc", "pending"], Weather(lag=0.5)),
    ],
)
def test_a_lie_lasts_for_four_questions(method: str, params: list[Any], weather: Weather) -> None:
    told = [each.what for each in fates(weather, method, params=params, many=400)]
    spells = [set(told[start : start + WHILE]) for start in range(0, len(told), WHILE)]
    assert all(len(spell) == 1 for spell in spells)
    assert len(set(told)) == 2


@pytest.mark.parametrize("block", ["finalized", "safe", "earliest", "0x5"])
def test_no_lie_is_told_of_a_nonce_in_a_block_that_stays(block: str) -> None:
    assert {each.what for each in fates(Weather(lag=1), "eth_getTransactionCount", params=["0xabc", block])} == {
        What.NOTHING
    }


def test_the_chain_id_is_told_truly_or_not_at_all() -> None:
    counts = Counter(each.what for each in fates(HURRICANE, "eth_chainId"))
    assert set(counts) == {What.NOTHING, What.DROP_REQUEST, What.DROP_ANSWER, What.DELAY, What.DUPLICATE}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("what", [What.REFUSE, What.MISREPORT])
def test_no_words_of_an_error_end_a_send(what: What, method: str) -> None:
    said = {trouble_of(Fate(what, luck / 100), method) for luck in range(100)}
    meanings = {meaning_of(trouble.message) for trouble in said}
    is_misreported_send = what is What.MISREPORT and method == "eth_sendRawTransaction"
    assert meanings == ({Meaning.TAKEN, Meaning.NONCE_USED, Meaning.BUSY} if is_misreported_send else {Meaning.BUSY})
    assert len(said) >= 3


@pytest.mark.parametrize("chances", [{"drop_request": -0.1}, {"lag": 1.1}, {"hide_receipt": float("nan")}])
def test_a_probability_is_0_to_1(chances: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="A probability is 0 to 1"):
        Weather(**chances)


@pytest.mark.parametrize("chances", [{"drop_request": 0.6, "refuse": 0.5}, {"delay": 0.6, "shuffle_batch": 0.5}])
def test_probabilities_add_up_to_1_at_most(chances: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="add up to 1 at most"):
        Weather(**chances)


def test_nothing_is_delayed_by_less_than_no_time() -> None:
    with pytest.raises(UsageError, match="no time"):
        Weather(longest_delay_seconds=-1)
