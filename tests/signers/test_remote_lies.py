"""RemoteSigner, where what comes back is not what was asked for

when it is another transaction: refused, and told by which field; of another type, chain or key: refused
when it is the same in other bytes, with the higher s, or with anything more: refused
when any byte is changed, or it is any bytes at all: refused
when it is a signature of another message or key, or in another form: refused
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import rlp
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.errors import Moved, WalletError
from tests.signers.remotes import ADDRESS, KEY, LEGACY, OTHER, OTHER_KEY, TRANSACTION, hexed, signed, signer_at
from tests.signers.test_accounts import as_eth_account_has_it
from tests.signers.test_typed_data import HALF_OF_THE_CURVE, MESSAGE

if TYPE_CHECKING:
    from stablecoin_tools.signers import UnsignedTransaction
    from tests.chain.node import ScriptedNode

CURVE = 2 * HALF_OF_THE_CURVE + 1


def in_a_list(items: bytes) -> bytes:
    """The list that holds these encoded items. Source: the yellow paper, RLP."""
    if len(items) < 56:
        return bytes([0xC0 + len(items)]) + items
    length = len(items).to_bytes((len(items).bit_length() + 7) // 8)
    return bytes([0xF7 + len(length)]) + length + items


def nested(depth: int) -> bytes:
    """Lists in lists, so deep that reading them one in the other would end the process."""
    whole = b""
    for _ in range(depth):
        whole = in_a_list(whole)
    return whole


def refused_by(node: ScriptedNode, answer: Any, transaction: UnsignedTransaction = TRANSACTION) -> str:
    """Why the signer's answer is thrown away."""
    node.results(eth_signTransaction=answer)
    with pytest.raises(WalletError) as refused:
        signer_at(node).sign_transaction(transaction)
    assert refused.value.moved is Moved.NO
    return str(refused.value)


CHANGES: dict[str, dict[str, Any]] = {
    "nonce": {"nonce": 8},
    "receiver": {"to": OTHER},
    "value": {"value_wei": 6},
    "data": {"data": b"\x12\x35"},
    "gas limit": {"gas_limit": 60_001},
}


@pytest.mark.parametrize("name", [*CHANGES, "chain id", "fee", "tip"])
def test_another_field_is_refused_by_its_name(node: ScriptedNode, name: str) -> None:
    other = {"chain id": {"chain_id": 1}, "fee": {"max_fee_wei": 4 * 10**9}, "tip": {"tip_wei": 0}}
    changed = replace(TRANSACTION, **(CHANGES | other)[name])

    assert refused_by(node, hexed(signed(changed))).endswith(f"another transaction than was asked for: {name}.")


@pytest.mark.parametrize("name", [*CHANGES, "gas price"])
def test_another_field_of_a_legacy_one_is_refused_by_its_name(node: ScriptedNode, name: str) -> None:
    changed = replace(LEGACY, **(CHANGES | {"gas price": {"max_fee_wei": 4 * 10**9}})[name])

    assert refused_by(node, hexed(signed(changed)), LEGACY).endswith(f"than was asked for: {name}.")


def test_a_legacy_one_for_another_chain_is_refused(node: ScriptedNode) -> None:
    assert "for another chain" in refused_by(node, hexed(signed(replace(LEGACY, chain_id=1))), LEGACY)


def test_an_access_list_is_refused(node: ScriptedNode) -> None:
    listed = [{"address": str(OTHER), "storageKeys": ["0x" + "01" * 32]}]

    assert refused_by(node, hexed(signed(TRANSACTION, accessList=listed))).endswith("access list.")


def test_another_type_is_refused(node: ScriptedNode) -> None:
    plain = {key: value for key, value in as_eth_account_has_it(LEGACY).items() if key != "type"}
    with_list = bytes(Account.sign_transaction({**plain, "type": 1, "accessList": []}, KEY).raw_transaction)

    for asked, answer in (
        (TRANSACTION, signed(LEGACY)),
        (LEGACY, signed(TRANSACTION)),
        (TRANSACTION, with_list),
        (LEGACY, with_list),
    ):
        assert "no transaction of the kind" in refused_by(node, hexed(answer), asked)


@pytest.mark.parametrize("transaction", [TRANSACTION, LEGACY], ids=["dynamic", "legacy"])
def test_another_key_is_refused(node: ScriptedNode, transaction: UnsignedTransaction) -> None:
    assert "with another key" in refused_by(node, hexed(signed(transaction, OTHER_KEY)), transaction)


def test_the_higher_s_is_refused_though_it_recovers(node: ScriptedNode) -> None:
    *fields, y_parity, r, s = rlp.decode(signed(TRANSACTION)[1:])
    flipped = [*fields, b"" if y_parity else b"\x01", r, (CURVE - int.from_bytes(s)).to_bytes(32)]
    higher = b"\x02" + rlp.encode(flipped)

    assert Account.recover_transaction(higher) == str(ADDRESS)
    assert "not at all" in refused_by(node, hexed(higher))


def test_zeros_before_a_number_are_refused(node: ScriptedNode) -> None:
    *fields, y_parity, r, s = rlp.decode(signed(TRANSACTION)[1:])
    padded = rlp.encode([*fields, b"\x00" + y_parity, r, s])

    assert "in other bytes" in refused_by(node, hexed(b"\x02" + padded))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(transaction=st.sampled_from([TRANSACTION, LEGACY]), place=st.integers(0, 10**6), change=st.integers(1, 255))
def test_whichever_byte_is_changed_it_is_refused(
    node: ScriptedNode, transaction: UnsignedTransaction, place: int, change: int
) -> None:
    answer = bytearray(signed(transaction))
    answer[place % len(answer)] ^= change

    refused_by(node, hexed(bytes(answer)), transaction)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(transaction=st.sampled_from([TRANSACTION, LEGACY]), answer=st.binary())
@example(transaction=TRANSACTION, answer=b"\x02")
@example(transaction=LEGACY, answer=b"\xc0")
@example(transaction=TRANSACTION, answer=b"\x02\xc0")
@example(transaction=TRANSACTION, answer=signed(TRANSACTION) + b"\x00")
@example(transaction=TRANSACTION, answer=b"\x02" + signed(TRANSACTION))
@example(transaction=TRANSACTION, answer=signed(TRANSACTION)[:-1])
@example(transaction=LEGACY, answer=rlp.encode([b""] * 6 + [[[]], [], b"\x01"]))
@example(transaction=LEGACY, answer=rlp.encode([b""] * 6 + [b"\xff" * 33, b"\xff" * 40, b"\x01"]))
@example(transaction=LEGACY, answer=in_a_list(b"\x80" * 6 + nested(5_000) + b"\x01\x01"))
@example(transaction=LEGACY, answer=nested(5_000))
def test_any_bytes_are_refused(node: ScriptedNode, transaction: UnsignedTransaction, answer: bytes) -> None:
    refused_by(node, hexed(answer), transaction)


def typed(key: str = KEY, message: Any = MESSAGE) -> bytes:
    return bytes(Account.sign_typed_data(key, full_message=message).signature)


def turned_over(signature: bytes) -> bytes:
    """The other signature of the same message and key, which the chain refuses."""
    s = CURVE - int.from_bytes(signature[32:64])
    return signature[:32] + s.to_bytes(32) + bytes([55 - signature[64]])


OTHER_MESSAGE = {**MESSAGE, "domain": {**MESSAGE["domain"], "chainId": 2}}
WRONG = {
    "another key": (typed(OTHER_KEY), "another key"),
    "another message": (typed(message=OTHER_MESSAGE), "another message"),
    "the higher s": (turned_over(typed()), "not at all"),
    "v of 0 or 1": (typed()[:64] + bytes([typed()[64] - 27]), "27 or 28"),
    "64 bytes": (typed()[:64], "65 bytes"),
    "66 bytes": (typed() + b"\x00", "65 bytes"),
    "nothing": (b"", "65 bytes"),
    "zeros": (bytes(64) + b"\x1b", "not at all"),
    "no point of the curve": (b"\xff" * 32 + bytes(31) + b"\x01\x1b", "not at all"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_signature_of_anything_else_is_refused(node: ScriptedNode, name: str) -> None:
    answer, why = WRONG[name]
    node.results(eth_signTypedData_v4=hexed(answer))

    with pytest.raises(WalletError, match=why) as refused:
        signer_at(node).sign_typed_data(MESSAGE)

    assert refused.value.moved is Moved.NO


def test_the_signature_turned_over_would_recover() -> None:
    signable = encode_typed_data(full_message=MESSAGE)

    assert Account.recover_message(signable, signature=turned_over(typed())) == str(ADDRESS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 64), change=st.integers(1, 255))
def test_whichever_byte_of_a_signature_is_changed_it_is_refused(node: ScriptedNode, place: int, change: int) -> None:
    answer = bytearray(typed())
    answer[place] ^= change
    node.results(eth_signTypedData_v4=hexed(bytes(answer)))

    with pytest.raises(WalletError):
        signer_at(node).sign_typed_data(MESSAGE)
