"""reference(text): the 32 bytes that stand for a text on the chain; under_reference(call, text): who carries it there

when the text has up to 31 bytes: readable, filled up with zeros; distinct texts never meet
when it is longer: hashed
when it is empty, holds a zero byte, or is no text: refused
when a call was built with a reference and is sent under another: refused before anything is sent
when a call names an order, or a reference for each of its mints: what it is sent under is another matter
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.errors import Moved, UsageError
from stablecoin_tools.token import reference, under_reference
from stablecoin_tools.transactions import Order
from tests.token.built import ALICE, BOB, CALLS, ONE, TWO

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

# Few letters, so that texts nearly meet; some of several bytes.
texts = st.text("ab \x01é€😀", min_size=1, max_size=40)
readable = texts.filter(lambda text: len(text.encode()) <= 31)


def test_short_text_stays_readable() -> None:
    assert reference("order-42") == b"order-42" + bytes(24)
    assert reference("x" * 31) == b"x" * 31 + b"\0"


def test_longer_text_is_hashed() -> None:
    assert reference("x" * 32) == keccak(text="x" * 32)
    assert reference("é" * 16) == keccak(text="é" * 16)  # 32 bytes, though 16 letters


@given(readable)
def test_short_text_is_read_back_from_its_reference(text: str) -> None:
    assert reference(text).rstrip(b"\0").decode() == text


@given(texts, texts)
def test_distinct_texts_have_distinct_references(one: str, other: str) -> None:
    assert len(reference(one)) == 32
    assert (reference(one) == reference(other)) == (one == other)


@pytest.mark.parametrize("text", ["", "\0", "a\0", "x" * 40 + "\0", "\udcff", None, 5, b"order-42"], ids=repr)
def test_what_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(UsageError) as refused:
        reference(text)

    assert refused.value.moved is Moved.NO


def built_under(ref: bytes) -> dict[str, Call]:
    """Each call that the coin does once for a reference."""
    return {"mint": CALLS.mint(ALICE, ONE, ref), "burn": CALLS.burn(ONE, ref), "redeem": CALLS.redeem(ONE, ref)}


@pytest.mark.parametrize("verb", ["mint", "burn", "redeem"])
@given(built=texts, sent=texts)
def test_what_was_built_under_a_reference_is_sent_under_it_or_not_at_all(verb: str, built: str, sent: str) -> None:
    call = built_under(reference(built))[verb]

    assert under_reference(call, built) is call
    if built != sent:
        with pytest.raises(UsageError, match=f"built under 0x{reference(built).hex()}") as refused:
            under_reference(call, sent)
        assert refused.value.moved is Moved.NO
        assert refused.value.hint


def test_a_reference_that_was_hashed_or_written_in_hex_is_the_same_one() -> None:
    long = "a redemption of many words, more than fit"
    for call in built_under(reference(long)).values():
        assert under_reference(call, long) is call
        assert under_reference(call, f"0x{reference(long).hex()}") is call


@pytest.mark.parametrize(
    "call",
    [
        CALLS.mint_batch([(ALICE, ONE, reference("first")), (BOB, TWO, reference("second"))]),
        CALLS.seize(ALICE, BOB, ONE, reference("court-17")),
        CALLS.burn_blacklisted(ALICE, ONE, reference("court-17")),
        CALLS.transfer_with_memo(ALICE, ONE, reference("invoice-3")),
        CALLS.transfer(ALICE, ONE),
    ],
    ids=lambda call: call.description.split()[0],
)
def test_what_is_not_done_once_for_its_own_words_is_sent_under_any_reference(call: Call) -> None:
    assert under_reference(call, "order-1") is call


def test_a_redemption_under_two_references_is_refused_and_nothing_is_sent(world: World) -> None:
    world.give("alice", 3)
    coin = world.coin
    before = world.chain.nonce(world.address("alice"))
    redeem = coin.calls.redeem(coin.amount(1), reference("redemption-1"))

    with pytest.raises(UsageError, match="redemption-2"):
        world.send(redeem, by="alice", ref="redemption-2")

    assert world.chain.nonce(world.address("alice")) == before
    assert coin.balance_of(world.address("alice")) == coin.amount(3)
    world.send(redeem, by="alice", ref="redemption-1")
    assert coin.balance_of(world.address("alice")) == coin.amount(2)


def test_of_many_orders_the_one_under_two_references_stops_no_other(local: World) -> None:
    local.give("alice", 9)
    coin = local.coin
    names = [("r-1", "r-1"), ("r-2", "another"), ("r-3", "r-3")]
    orders = [Order(coin.calls.redeem(coin.amount(1), reference(own)), sent) for own, sent in names]

    outcomes = {outcome.reference: outcome for outcome in coin.send_all(orders, signer=local.signers["alice"])}

    assert {name: outcome.receipt is not None for name, outcome in outcomes.items()} == {
        "r-1": True,
        "another": False,
        "r-3": True,
    }
    assert isinstance(outcomes["another"].error, UsageError)
    assert coin.balance_of(local.address("alice")) == coin.amount(7)
