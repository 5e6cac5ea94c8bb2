"""Signers whose key is in this process

when a development signer is asked for: on development networks alone, ten of them, whose signatures recover
when a testnet signer is asked for: on testnets alone; what is no key is refused and not shown
when a transaction is signed: exactly what was asked, byte for byte as eth-account signs it, of either type
when the key is looked for: no attribute, copy or pickle shows it
"""

from __future__ import annotations

import copy
import pickle
import traceback
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import ConfigError, Moved, UsageError
from stablecoin_tools.networks import NETWORKS, Network, find_network
from stablecoin_tools.signers import UnsignedTransaction, development_signer, testnet_signer
from stablecoin_tools.signers.accounts import is_key, signer_of_key
from tests.transactions.fake_chain import Transaction

testnet_signer.__test__ = False  # type: ignore[attr-defined]  # its name begins with "test"; it is none

KEY = "0x" + "4c" * 32
ADDRESS = Account.from_key(KEY).address
SEPOLIA, ANVIL = find_network("sepolia"), find_network("anvil")
MAINNET = replace(SEPOLIA, name="mainnet", chain_id=1, is_testnet=False)
SIGNER = signer_of_key(bytes.fromhex(KEY[2:]))

amounts = st.integers(0, 2**128)
transactions = st.builds(
    UnsignedTransaction,
    chain_id=st.integers(1, 2**40),
    nonce=st.integers(0, 2**40),
    to=st.none() | st.binary(min_size=20, max_size=20).map(Address),
    data=st.binary(max_size=100),
    value_wei=amounts,
    gas_limit=st.integers(21_000, 2**30),
    max_fee_wei=amounts,
    tip_wei=amounts,
)
numbers = st.integers(0, 2**256 - 1) | st.integers(0, 300)
everything = st.builds(
    UnsignedTransaction,
    chain_id=st.integers(1, 2**40),
    nonce=st.integers(0, 2**64 - 2) | st.integers(0, 300),
    to=st.none() | st.binary(min_size=20, max_size=20).map(Address),
    data=st.binary(max_size=100),
    value_wei=numbers,
    gas_limit=numbers,
    max_fee_wei=numbers,
    tip_wei=numbers,
    is_legacy=st.booleans(),
)


def test_the_development_accounts_are_anvils() -> None:
    # Source: what anvil and hardhat print as they start.
    assert str(development_signer(0, ANVIL).address) == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert str(development_signer(9, ANVIL).address) == "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"
    assert len({development_signer(index, ANVIL).address for index in range(10)}) == 10


@pytest.mark.parametrize("index", [-1, 10, 10**6])
def test_there_are_ten_development_accounts(index: int) -> None:
    with pytest.raises(ConfigError, match="0 to 9"):
        development_signer(index, ANVIL)


@pytest.mark.parametrize(
    "network", [MAINNET, *(network for network in NETWORKS.values() if not network.is_development)]
)
def test_a_development_signer_signs_on_development_networks_alone(network: Network) -> None:
    with pytest.raises(ConfigError, match="public") as refused:
        development_signer(0, network)

    assert refused.value.moved is Moved.NO


@pytest.mark.parametrize("key", [KEY, KEY[2:], f" {KEY}\n"])
def test_a_testnet_signer_has_the_keys_address(key: str) -> None:
    assert str(testnet_signer(key, SEPOLIA).address) == ADDRESS


def test_a_testnet_signer_is_refused_where_coins_are_worth_something() -> None:
    with pytest.raises(ConfigError, match="mainnet") as refused:
        testnet_signer(KEY, MAINNET)

    assert "keystore" in refused.value.hint
    assert KEY[2:] not in "".join(traceback.format_exception(refused.value))


@settings(deadline=None)
@given(
    st.text()
    | st.text("0123456789abcdefx", min_size=60, max_size=70).filter(lambda text: len(text.strip()) not in (64, 66))
)
def test_what_is_no_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        testnet_signer(text, SEPOLIA)

    assert str(refused.value) == "Not a private key: 0x and 64 hex digits are expected."
    assert refused.value.__context__ is None  # nothing of a library is told with it


@settings(deadline=None)
@given(transactions)
def test_signs_exactly_what_was_asked(transaction: UnsignedTransaction) -> None:
    signed = Transaction(SIGNER.sign_transaction(transaction))

    assert str(signed.sender) == ADDRESS
    assert {key: value for key, value in signed.fields.items() if key not in ("v", "r", "s")} == {
        "type": 2,
        "chainId": transaction.chain_id,
        "nonce": transaction.nonce,
        "to": bytes(transaction.to or b""),
        "data": transaction.data,
        "value": transaction.value_wei,
        "gas": transaction.gas_limit,
        "maxFeePerGas": transaction.max_fee_wei,
        "maxPriorityFeePerGas": transaction.tip_wei,
        "accessList": (),
    }


def as_eth_account_has_it(transaction: UnsignedTransaction) -> dict[str, Any]:
    fees = (
        {"gasPrice": transaction.max_fee_wei}
        if transaction.is_legacy
        else {"type": 2, "maxFeePerGas": transaction.max_fee_wei, "maxPriorityFeePerGas": transaction.tip_wei}
    )
    return {
        "chainId": transaction.chain_id,
        "nonce": transaction.nonce,
        "to": bytes(transaction.to or b""),
        "data": transaction.data,
        "value": transaction.value_wei,
        "gas": transaction.gas_limit,
        **fees,
    }


NOTHING = UnsignedTransaction(1, 0, None, b"", 0, 0, 0, 0)
HUGE = 2**256 - 1
MUCH = UnsignedTransaction(2**64, 2**64 - 2, Address(b"\xff" * 20), b"\xff" * 70_000, HUGE, HUGE, HUGE, HUGE)
LOW = UnsignedTransaction(1, 127, Address(bytes(20)), b"\x7f", 128, 255, 256, 1)


@given(transaction=everything, key=st.binary(min_size=32, max_size=32).filter(is_key))
@example(NOTHING, b"\x4c" * 32)
@example(replace(NOTHING, is_legacy=True), b"\x4c" * 32)
@example(MUCH, b"\x4c" * 32)
@example(replace(MUCH, is_legacy=True), b"\x4c" * 32)
@example(LOW, b"\x01".rjust(32, b"\0"))
@example(replace(LOW, is_legacy=True), b"\x01".rjust(32, b"\0"))
def test_is_byte_for_byte_what_eth_account_signs(transaction: UnsignedTransaction, key: bytes) -> None:
    signer, account = signer_of_key(key), Account.from_key(key)

    assert str(signer.address) == account.address
    signed = signer.sign_transaction(transaction)
    assert signed == account.sign_transaction(as_eth_account_has_it(transaction)).raw_transaction
    assert Account.recover_transaction(signed) == account.address


@pytest.mark.parametrize("is_legacy", [False, True])
def test_is_what_eth_account_signs_where_numbers_of_the_signature_are_short(is_legacy: bool) -> None:  # noqa: FBT001  # pytest
    transaction = replace(LOW, is_legacy=is_legacy)
    lengths = set()

    for nonce in range(600):
        asked = replace(transaction, nonce=nonce)
        theirs = Account.sign_transaction(as_eth_account_has_it(asked), KEY)
        assert SIGNER.sign_transaction(asked) == theirs.raw_transaction
        lengths |= {theirs.r.bit_length() > 248, theirs.s.bit_length() > 248}

    assert lengths == {False, True}  # leading zeros are left out


def test_the_key_is_shown_by_nothing() -> None:
    key = bytes.fromhex(KEY[2:])

    assert not hasattr(SIGNER, "__dict__")
    for name in dir(SIGNER):
        if not name.startswith(("__", "_KeySigner__")):
            value = getattr(SIGNER, name)
            assert key not in (value, getattr(value, "secret", None))
            assert KEY[2:] not in repr(value)
    for give in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(UsageError, match="cannot be pickled") as refused:
            give(SIGNER)
        assert KEY[2:] not in "".join(traceback.format_exception(refused.value))


def test_the_signature_has_the_lower_s() -> None:
    half_of_the_curve = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
    transaction = UnsignedTransaction(1, 0, None, b"", 0, 21_000, 1, 1)

    signed = [Transaction(SIGNER.sign_transaction(replace(transaction, nonce=nonce))) for nonce in range(20)]

    assert all(one.fields["s"] <= half_of_the_curve for one in signed)
    assert SIGNER.sign_transaction(transaction) == SIGNER.sign_transaction(transaction)


def test_shows_its_address_alone() -> None:
    assert repr(SIGNER) == str(SIGNER) == f"KeySigner({ADDRESS})"
