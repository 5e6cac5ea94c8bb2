"""RemoteSigner: a signer somewhere else

when it is opened: the address must be among those it tells; one that tells none is taken as it is
when it is asked for a transaction: with every field, by the method that it knows; its answer may be bytes or an object
when it is asked for typed data: in the form that its method takes
when it is asked for another chain: nothing is asked
when it does not answer, refuses, or answers nonsense: a typed error about the signer; nothing moved
the URL, with the access key in it, is shown by nothing
"""

from __future__ import annotations

import json
import pickle
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.chain import HttpTransport
from stablecoin_tools.errors import (
    ChainError,
    Moved,
    NodeRefused,
    RateLimited,
    StablecoinError,
    Unreachable,
    UsageError,
    WalletError,
)
from stablecoin_tools.signers import RemoteSigner, RemoteWallet
from tests.chain.node import ACCESS_KEY, Answer, answered
from tests.signers.remotes import ADDRESS, ANVIL, KEY, LEGACY, OTHER, TRANSACTION, hexed, signed, signer_at
from tests.signers.test_typed_data import MESSAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.signers import UnsignedTransaction
    from tests.chain.node import ScriptedNode

UNKNOWN = {"code": -32601, "message": "the method does not exist/is not available"}
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(max_size=80).map(lambda some: "0x" + some.hex()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("raw"), inner),
    max_leaves=8,
)


def test_an_address_that_it_does_not_have_is_refused(node: ScriptedNode) -> None:
    node.results(eth_accounts=[str(OTHER)])

    with pytest.raises(WalletError, match=rf"does not sign for {ADDRESS}: it has 1 other") as refused:
        signer_at(node)

    assert refused.value.moved is Moved.NO


def test_one_that_does_not_tell_its_addresses_is_taken(node: ScriptedNode) -> None:
    node.errors(eth_accounts=UNKNOWN)

    assert signer_at(node).address == ADDRESS


@pytest.mark.parametrize("answer", [None, 5, "0x", {}, [5], ["0x12"], [None]], ids=repr)
def test_addresses_that_are_none_are_refused(node: ScriptedNode, answer: Any) -> None:
    node.results(eth_accounts=answer)

    with pytest.raises(NodeRefused, match="The remote signer's answer to eth_accounts makes no sense"):
        signer_at(node)


def test_it_is_asked_with_every_field(node: ScriptedNode) -> None:
    node.results(eth_signTransaction=hexed(signed(TRANSACTION)))

    assert signer_at(node).sign_transaction(TRANSACTION) == signed(TRANSACTION)

    asked = node.asked[-1]
    assert (asked["method"], asked["params"]) == (
        "eth_signTransaction",
        [
            {
                "from": str(ADDRESS),
                "to": "0x" + "02" * 20,
                "data": "0x1234",
                "value": "0x5",
                "nonce": "0x7",
                "gas": "0xea60",
                "chainId": "0x7a69",
                "maxFeePerGas": hex(3 * 10**9),
                "maxPriorityFeePerGas": hex(10**9),
            }
        ],
    )


def test_a_legacy_contract_creation_has_one_price_and_no_receiver(node: ScriptedNode) -> None:
    creation = replace(LEGACY, to=None)
    node.results(eth_signTransaction=hexed(signed(creation)))

    assert signer_at(node).sign_transaction(creation) == signed(creation)

    (asked,) = node.asked[-1]["params"]
    assert asked["gasPrice"] == hex(3 * 10**9)
    assert asked.keys().isdisjoint({"to", "maxFeePerGas", "maxPriorityFeePerGas"})


@pytest.mark.parametrize("transaction", [TRANSACTION, LEGACY], ids=["dynamic", "legacy"])
def test_its_answer_may_be_an_object(node: ScriptedNode, transaction: UnsignedTransaction) -> None:
    node.results(eth_signTransaction={"raw": hexed(signed(transaction)), "tx": {"nonce": "0xffff"}})

    assert signer_at(node).sign_transaction(transaction) == signed(transaction)


def test_a_method_that_it_does_not_know_is_asked_by_another_name(node: ScriptedNode) -> None:
    node.errors(eth_signTransaction=UNKNOWN, eth_signTypedData_v4=UNKNOWN, eth_signTypedData=UNKNOWN)
    signature = bytes(Account.sign_typed_data(KEY, full_message=MESSAGE).signature)
    node.results(account_signTransaction={"raw": hexed(signed(TRANSACTION))}, account_signTypedData=hexed(signature))
    signer = signer_at(node)

    assert signer.sign_transaction(TRANSACTION) == signed(TRANSACTION)
    assert signer.sign_typed_data(MESSAGE) == signature

    by_method = {asked["method"]: asked["params"] for asked in node.asked}
    assert by_method["account_signTransaction"] == by_method["eth_signTransaction"]
    assert by_method["account_signTypedData"] == by_method["eth_signTypedData_v4"] == [str(ADDRESS), MESSAGE]
    by, text = by_method["eth_signTypedData"]
    assert (by, json.loads(text)) == (str(ADDRESS), MESSAGE)


def test_one_that_knows_no_method_is_told_by_the_first(node: ScriptedNode) -> None:
    node.errors(eth_signTransaction=UNKNOWN, account_signTransaction=UNKNOWN)

    with pytest.raises(NodeRefused, match="The remote signer refuses eth_signTransaction: the method does not exist"):
        signer_at(node).sign_transaction(TRANSACTION)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=any_json)
def test_any_answer_is_a_typed_error(node: ScriptedNode, answer: Any) -> None:
    node.results(eth_signTransaction=answer, eth_signTypedData_v4=answer)
    signer = signer_at(node)
    asks: list[Callable[[], bytes]] = [
        lambda: signer.sign_transaction(TRANSACTION),
        lambda: signer.sign_typed_data(MESSAGE),
    ]

    for ask in asks:
        with pytest.raises(StablecoinError) as refused:
            ask()
        assert isinstance(refused.value, (NodeRefused, WalletError))
        assert refused.value.moved is Moved.NO
        assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))


def test_nothing_is_asked_for_another_chain(node: ScriptedNode) -> None:
    signer = signer_at(node)
    before = len(node.asked)

    with pytest.raises(UsageError, match="chain 1"):
        signer.sign_transaction(replace(TRANSACTION, chain_id=1))

    assert len(node.asked) == before


def test_without_a_network_it_signs_for_any(node: ScriptedNode) -> None:
    elsewhere = replace(TRANSACTION, chain_id=1)
    node.results(eth_signTransaction=hexed(signed(elsewhere)))

    assert RemoteSigner(ADDRESS, HttpTransport(node.url), None).sign_transaction(elsewhere) == signed(elsewhere)


def test_a_message_that_json_cannot_hold_is_refused_before_it_is_asked(node: ScriptedNode) -> None:
    signer = signer_at(node)
    before = len(node.asked)

    with pytest.raises(UsageError, match="in JSON"):
        signer.sign_typed_data({**MESSAGE, "message": {**MESSAGE["message"], "nonce": b"\x01" * 32}})

    assert len(node.asked) == before


def test_a_refusal_is_told_in_its_own_words_and_not_asked_again(node: ScriptedNode) -> None:
    node.errors(eth_signTransaction={"code": -32001, "message": f"Request denied at {node.url}"})

    with pytest.raises(NodeRefused, match="The remote signer refuses eth_signTransaction: Request denied") as refused:
        signer_at(node).sign_transaction(TRANSACTION)

    assert (refused.value.error_code, refused.value.moved) == (-32001, Moved.NO)
    assert "remote signer" in refused.value.hint
    assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))
    assert [asked["method"] for asked in node.asked] == ["eth_accounts", "eth_signTransaction"]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(b"<html>", 502), Unreachable, "The remote signer answers no JSON"),
        (Answer(b"{}", 429), RateLimited, "The remote signer answers: too many requests"),
        (Answer(b"", held=True), Unreachable, "The remote signer did not answer eth_signTransaction"),
        (Answer(b"{", cut=True), Unreachable, "The remote signer cannot be reached"),
        (answered([]), NodeRefused, "The remote signer answers something else"),
        (answered({"jsonrpc": "2.0", "id": 1}), NodeRefused, "The remote signer's answer to eth_signTransaction"),
    ],
    ids=["no json", "busy", "silent", "broken off", "a list", "no result"],
)
def test_what_fails_is_told_of_the_signer(
    node: ScriptedNode, answer: Answer, kind: type[ChainError], words: str
) -> None:
    node.answers["eth_signTransaction"] = answer
    signer = signer_at(node, timeout_seconds=1 if answer.held else 30)

    with pytest.raises(kind, match=words) as refused:
        signer.sign_transaction(TRANSACTION)

    assert refused.value.moved is Moved.NO
    assert "remote signer" in refused.value.hint
    assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))


def test_one_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="The remote signer cannot be reached") as refused:
        RemoteSigner(ADDRESS, HttpTransport(f"http://127.0.0.1:9/{ACCESS_KEY}"), ANVIL)

    assert ACCESS_KEY not in "".join(traceback.format_exception(refused.value))


def test_the_url_is_shown_by_nothing(node: ScriptedNode) -> None:
    signer = signer_at(node)

    assert repr(signer) == str(signer) == f"RemoteSigner({ADDRESS})"
    held = [getattr(signer, slot) for slot in RemoteSigner.__slots__]
    assert ACCESS_KEY not in f"{held}{RemoteWallet(ADDRESS, node.url)!r}"
    with pytest.raises(UsageError, match="cannot be pickled"):
        pickle.dumps(signer)
