"""Payouts on a real node of before EIP-1559

when the node mines: paid once, at the node's gas price, by a transaction that has no type
when it does not: offered again at a price that is a tenth higher at least, and one of the offers is mined
when the pool forgets: published again
when it is cancelled: a no-op takes its nonce, and nobody is paid
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import rlp

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import Cancelled, OutcomeUnknown
from stablecoin_tools.signers import development_signer
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.transactions import Journal, TransactionManager, WaitPolicy, chain_name
from tests.conftest import AnvilProcess
from tests.transactions.fake_chain import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stablecoin_tools.transactions import Intent

PAYEE = Address(b"\x88" * 20)
WAITING = WaitPolicy(poll_seconds=1, republish_after_seconds=3, bump_after_seconds=5, timeout_seconds=30)
BLOCKS_UNTIL_FINAL = 65  # two of anvil's epochs, and one
FIRST_BYTE_OF_A_LIST = 0xC0  # RLP; a typed transaction begins with its type, which is less


class Payer:
    """Pays on a chain that mines when told, by a clock that only sleeping moves."""

    def __init__(self, chain: AnvilChain) -> None:
        self.chain = chain
        self.signer = development_signer(0, chain.network)
        self.clock = FakeClock()
        self.journal = Journal(clock=self.clock)
        self.manager = TransactionManager(
            chain, journal=self.journal, waiting=WAITING, clock=self.clock, sleep=self.clock.sleep
        )

    def pay(self, reference: str, wei: int) -> None:
        receipt = self.manager.send(Call(PAYEE, value_wei=wei), signer=self.signer, ref=reference)
        assert receipt.succeeded

    def kept(self, reference: str) -> Intent:
        intent = self.journal.find(chain_name(self.chain), reference)
        assert intent is not None
        return intent

    def later(self, seconds: float, happening: Callable[[], object]) -> None:
        self.clock.at(self.clock.now + seconds, happening)


@pytest.fixture(scope="module")
def berlin() -> Iterator[AnvilChain]:
    with AnvilProcess("--hardfork", "berlin", "--no-mining") as process:
        yield AnvilChain.at(process.url)


@pytest.fixture
def payer(berlin: AnvilChain) -> Payer:
    return Payer(berlin)


def prices_of(intent: Intent) -> list[int]:
    """What each attempt offers for a unit of gas, in wei; the second field of a transaction that has no type."""
    assert all(candidate.signed_transaction[0] >= FIRST_BYTE_OF_A_LIST for candidate in intent.candidates)
    return [int.from_bytes(rlp.decode(candidate.signed_transaction)[1]) for candidate in intent.candidates]


def test_pays_once_at_the_node_s_price(payer: Payer) -> None:
    before, price = payer.chain.balance_wei(PAYEE), payer.chain.fee_history().gas_price_wei
    payer.later(1, payer.chain.mine)
    payer.pay("at once", 7)
    payer.pay("at once", 7)

    assert payer.chain.balance_wei(PAYEE) == before + 7
    assert prices_of(payer.kept("at once")) == [price]


def test_offers_a_tenth_more_until_it_is_mined(payer: Payer) -> None:
    before, nonce = payer.chain.balance_wei(PAYEE), payer.chain.nonce(payer.signer.address)
    payer.later(14, payer.chain.mine)
    payer.pay("bumped", 7)

    prices = prices_of(payer.kept("bumped"))
    assert len(prices) >= 3
    assert all(later * 10 >= earlier * 11 for earlier, later in pairwise(prices))
    assert payer.chain.balance_wei(PAYEE) == before + 7
    assert payer.chain.nonce(payer.signer.address) == nonce + 1


def test_what_the_pool_forgets_is_published_again(payer: Payer) -> None:
    before = payer.chain.balance_wei(PAYEE)
    payer.later(2, payer.chain.drop_all_transactions)
    payer.later(4, payer.chain.mine)
    payer.pay("forgotten", 7)

    assert payer.chain.balance_wei(PAYEE) == before + 7
    assert len(prices_of(payer.kept("forgotten"))) == 1


def test_a_cancelled_one_is_replaced_and_pays_nobody(payer: Payer) -> None:
    before, nonce = payer.chain.balance_wei(PAYEE), payer.chain.nonce(payer.signer.address)
    with pytest.raises(OutcomeUnknown):
        payer.pay("cancelled", 7)
    payer.later(1, payer.chain.mine)
    cancelled = payer.manager.cancel("cancelled", signer=payer.signer)

    assert (cancelled.was_cancelled, cancelled.nonce) == (True, nonce)
    *_, last_payment, noop = prices_of(cancelled)
    assert noop * 10 >= last_payment * 11
    assert payer.chain.balance_wei(PAYEE) == before
    payer.chain.mine(BLOCKS_UNTIL_FINAL)
    with pytest.raises(Cancelled):
        payer.pay("cancelled", 7)
