"""A remote signer that says what a test has it say: its key, what it should sign, and what it is asked by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eth_account import Account

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import HttpTransport
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import RemoteSigner, UnsignedTransaction
from tests.signers.test_accounts import as_eth_account_has_it

if TYPE_CHECKING:
    from tests.chain.node import ScriptedNode

KEY, OTHER_KEY = "0x" + "4c" * 32, "0x" + "5d" * 32
ADDRESS = Address(bytes.fromhex(Account.from_key(KEY).address[2:]))
OTHER = Address(bytes.fromhex(Account.from_key(OTHER_KEY).address[2:]))
ANVIL = find_network("anvil")
TRANSACTION = UnsignedTransaction(31337, 7, Address(b"\x02" * 20), b"\x12\x34", 5, 60_000, 3 * 10**9, 10**9)
LEGACY = replace(TRANSACTION, is_legacy=True)


def signer_at(node: ScriptedNode, timeout_seconds: float = 5) -> RemoteSigner:
    return RemoteSigner(ADDRESS, HttpTransport(node.url, timeout_seconds=timeout_seconds), ANVIL)


def signed(transaction: UnsignedTransaction, key: str = KEY, **changes: Any) -> bytes:
    return bytes(Account.sign_transaction(as_eth_account_has_it(transaction) | changes, key).raw_transaction)


def hexed(some: bytes) -> str:
    return "0x" + some.hex()
