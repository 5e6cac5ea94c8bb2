"""MemoryJournal: the memory of what was to be done and how far it came

when an intent was put: it is found under its reference, the newest alone
when a sender's intent is pending: it is found by sender; mined and finalized ones are not
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, Receipt
from stablecoin_tools.errors import NotSent
from stablecoin_tools.transactions import Candidate, Fees, Intent, MemoryJournal, Stage

ALICE, BOB = Address(b"\x01" * 20), Address(b"\x02" * 20)
INTENT = Intent("order-1", ALICE, 7, Call(BOB, b"\x01"), 50_000, (Candidate(b"\x02the bytes", "0xa", Fees(2, 1)),))
RECEIPT = Receipt("0xa", 5, "0xb", succeeded=True, gas_used=1, gas_price_wei=1, contract_address=None, logs=())


def test_finds_what_was_put_under_its_reference() -> None:
    journal = MemoryJournal()
    journal.put(INTENT)

    assert journal.find("order-1") == INTENT
    assert journal.find("order-2") is None
    assert journal.find("") is None


def test_keeps_the_newest_alone() -> None:
    journal = MemoryJournal()
    journal.put(INTENT)
    journal.put(INTENT.with_receipt(RECEIPT))

    assert journal.find("order-1") == INTENT.with_receipt(RECEIPT)


def test_finds_the_pending_intent_of_a_sender() -> None:
    journal = MemoryJournal()
    journal.put(replace(INTENT, reference="order-0", stage=Stage.FINALIZED))
    journal.put(INTENT)

    assert journal.pending(ALICE) == INTENT
    assert journal.pending(BOB) is None
    for later in (INTENT.with_receipt(RECEIPT), INTENT.with_receipt(RECEIPT).finalized()):
        journal.put(later)
        assert journal.pending(ALICE) is None
    journal.put(INTENT.with_receipt(RECEIPT).reopened())
    assert journal.pending(ALICE) == INTENT


def test_takes_a_reference_in_once_and_gives_back_what_it_keeps() -> None:
    journal = MemoryJournal()
    later = replace(INTENT, nonce=8)

    assert journal.add(INTENT) is INTENT
    assert journal.add(later) is INTENT
    assert journal.find("order-1") is INTENT


@pytest.mark.parametrize("mined", [False, True])
def test_a_nonce_of_a_sender_has_one_owner(mined: bool) -> None:  # noqa: FBT001  # a parameter
    journal = MemoryJournal()
    journal.add(INTENT)
    if mined:
        journal.put(INTENT.with_receipt(RECEIPT))

    with pytest.raises(NotSent, match="order-1"):
        journal.add(replace(INTENT, reference="order-2"))

    assert journal.find("order-2") is None
    assert journal.add(replace(INTENT, reference="order-3", sender=BOB)).reference == "order-3"


def test_a_sender_has_one_intent_under_way() -> None:
    journal = MemoryJournal()
    journal.add(INTENT)

    with pytest.raises(NotSent, match="order-1"):
        journal.add(replace(INTENT, reference="order-2", nonce=8))

    journal.put(INTENT.with_receipt(RECEIPT))
    assert journal.add(replace(INTENT, reference="order-2", nonce=8)).nonce == 8


def test_of_many_threads_with_one_reference_one_is_first() -> None:
    journal = MemoryJournal()
    intents = [replace(INTENT, nonce=nonce) for nonce in range(64)]

    with ThreadPoolExecutor(16) as threads:
        kept = list(threads.map(journal.add, intents))

    assert len({id(intent) for intent in kept}) == 1
    assert kept[0] in intents


def test_two_journals_share_nothing() -> None:
    MemoryJournal().put(INTENT)

    assert MemoryJournal().find("order-1") is None


def test_an_intent_goes_from_pending_to_mined_to_final_and_back() -> None:
    mined = INTENT.with_receipt(RECEIPT)

    assert (INTENT.stage, INTENT.receipt) == (Stage.PENDING, None)
    assert (mined.stage, mined.receipt) == (Stage.MINED, RECEIPT)
    assert (mined.finalized().stage, mined.finalized().receipt) == (Stage.FINALIZED, RECEIPT)
    assert mined.reopened() == INTENT
    more = INTENT.with_candidate(Candidate(b"", "0xc", Fees(3, 2)))
    assert more.transaction_hashes == ("0xa", "0xc")
    assert INTENT.transaction_hashes == ("0xa",)


def test_signed_bytes_are_not_shown() -> None:
    assert "the bytes" not in repr(INTENT)
    assert "0xa" in repr(INTENT)


def test_an_attempt_once_kept_is_never_forgotten() -> None:
    """As when one thread offers more, and another then writes down what it saw before."""
    journal = MemoryJournal()
    more = INTENT.with_candidate(Candidate(b"", "0xc", Fees(3, 2)))
    journal.add(INTENT)
    journal.put(more)
    journal.put(INTENT.with_receipt(RECEIPT))

    assert journal.intents() == (more.with_receipt(RECEIPT),)
