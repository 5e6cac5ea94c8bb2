"""prepare(asked, survey): what can be sent, and why not

when a call can be sent: an intent with the estimate and a quarter more as its gas limit
when an estimate is an error: that error, for that reference alone
when the money is not enough for all: for as many as it is, in their order; the others are told what they need
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.chain import FeeHistory, Survey
from stablecoin_tools.errors import Moved, NotEnoughGasMoney, StablecoinError, Unreachable
from stablecoin_tools.networks import find_network
from stablecoin_tools.reverts import UnknownRevert
from stablecoin_tools.transactions import Fees, Intent, Stage
from stablecoin_tools.transactions.preparing import prepare
from tests.transactions.bench import ALICE, call_of
from tests.transactions.fake_chain import GWEI

FEES = Fees(3 * GWEI, GWEI)
HISTORY = FeeHistory(GWEI, (GWEI,), GWEI)


def prepared(
    gas: list[int | StablecoinError], balance_wei: int, values: list[int] | None = None
) -> tuple[list[Intent], dict[str, StablecoinError]]:
    given_values = values or [0] * len(gas)
    asked = {f"r{number}": replace(call_of(f"r{number}"), value_wei=value) for number, value in enumerate(given_values)}
    survey = Survey(tuple(gas), HISTORY, balance_wei, 7)
    return prepare(asked, sender=ALICE.address, survey=survey, fees=FEES, network=find_network("sepolia"))


def test_an_intent_has_the_estimate_and_a_quarter_more_and_no_nonce_yet() -> None:
    (intent,), refused = prepared([40_001], 10**20)

    assert refused == {}
    assert intent == Intent("r0", ALICE.address, call_of("r0"), 50_001)
    assert (intent.nonce, intent.candidates, intent.stage) == (None, (), Stage.QUEUED)


def test_an_error_is_of_its_own_reference_alone() -> None:
    revert, silence = UnknownRevert(b""), Unreachable("gone")

    intents, refused = prepared([revert, 40_000, silence, 40_000], 10**20)

    assert [intent.reference for intent in intents] == ["r1", "r3"]
    assert refused == {"r0": revert, "r2": silence}


def test_the_money_must_cover_value_and_the_greatest_fee_to_the_last_wei() -> None:
    needed = 9 + 50_000 * FEES.max_fee_wei

    assert prepared([40_000], needed, [9])[1] == {}
    (error,) = prepared([40_000], needed - 1, [9])[1].values()
    assert isinstance(error, NotEnoughGasMoney)
    assert error.moved is Moved.NO
    assert "ETH" in str(error)
    assert str(ALICE.address) in str(error)


@given(
    gas=st.lists(st.integers(21_000, 10**6), min_size=1, max_size=8),
    values=st.lists(st.integers(0, 10**16), min_size=8, max_size=8),
    balance_wei=st.integers(0, 5 * 10**16),
)
def test_all_that_is_taken_in_can_be_paid_together_and_nothing_else_could_be_added(
    gas: list[int], values: list[int], balance_wei: int
) -> None:
    intents, refused = prepared(list(gas), balance_wei, values[: len(gas)])

    def cost(number: int) -> int:
        return values[number] + (gas[number] + gas[number] // 4) * FEES.max_fee_wei

    taken = {int(intent.reference[1:]) for intent in intents}
    assert taken | {int(reference[1:]) for reference in refused} == set(range(len(gas)))
    total = sum(cost(number) for number in taken)
    assert total <= balance_wei
    for number in set(range(len(gas))) - taken:
        before = sum(cost(other) for other in taken if other < number)
        assert before + cost(number) > balance_wei
