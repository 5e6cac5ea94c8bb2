"""The words of tests that sign: eth-account makes and signs the typed data, and nothing of the package helps it.

So the contracts, the package's own signing and this are three readings of EIP-712 that must agree.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_hash.auto import keccak

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.networks import DEVELOPMENT_HD_PATH, DEVELOPMENT_MNEMONIC
from tests.contracts.words import answer_of, call_of, create, facts_of, mock, refusal_of
from tests.world import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

Message = dict[str, Any]

_TERMS = (
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
)
TYPES: dict[str, tuple[tuple[str, str], ...]] = {
    "Permit": (
        ("owner", "address"),
        ("spender", "address"),
        ("value", "uint256"),
        ("nonce", "uint256"),
        ("deadline", "uint256"),
    ),
    "TransferWithAuthorization": _TERMS,
    "ReceiveWithAuthorization": _TERMS,
    "CancelAuthorization": (("authorizer", "address"), ("nonce", "bytes32")),
}

KINDS = {
    "permit": "Permit",
    "transferWithAuthorization": "TransferWithAuthorization",
    "receiveWithAuthorization": "ReceiveWithAuthorization",
    "cancelAuthorization": "CancelAuthorization",
}
"""What is signed for each function."""

PARTS, BYTES = "uint8,bytes32,bytes32", "bytes"
FORMS = (PARTS, BYTES)
"""The two forms of every function that takes a signature, by the types that end its signature."""
every_function = pytest.mark.parametrize("function", KINDS)
both_forms = pytest.mark.parametrize("form", FORMS, ids=["v, r, s", "bytes"])

FOREVER = 2**256 - 1
TOKEN = 1_000_000
NONCE = keccak(b"order 42")
# Source: SEC 2, secp256k1, n.
CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
VALID_SIGNATURE = bytes.fromhex("1626ba7e")  # what ERC-1271 answers
EIP_7702 = bytes.fromhex("ef0100")

# Contracts as runtime code, for what a wallet may answer when asked whether a signature is its own.
CODES_THAT_DO_NOT_SIGN = {
    "knows no such function": "5f5ffd",
    "answers nothing": "00",
    "burns all gas": "fe",
    "answers true": "60015f5260205ff3",
    "answers in the low bytes": "631626ba7e5f5260205ff3",
    "answers four bytes alone": "631626ba7e60e01b5f5260045ff3",
    "answers with dirty low bytes": "631626ba7e60e01b6001175f5260205ff3",
    "answers no with 8 kB": "6120005ff3",
    "reverts with the right answer": "631626ba7e60e01b5f5260205ffd",
}


@cache
def key_of(person: str) -> bytes:
    """The private key of one of the ten: a development account's, publicly known."""
    Account.enable_unaudited_hdwallet_features()
    path = f"{DEVELOPMENT_HD_PATH}/{PEOPLE.index(person)}"
    return bytes(Account.from_mnemonic(DEVELOPMENT_MNEMONIC, account_path=path).key)


def domain_of(world: World, **changes: Any) -> Message:
    """What the coin of the tests is in signatures."""
    coin = world.coin
    return {
        "name": "Test Dollar",
        "version": "1",
        "chainId": world.chain.network.chain_id,
        "verifyingContract": str(coin.address),
        **changes,
    }


def payment(world: World, **changes: Any) -> Message:
    """Alice pays bob one token, at any time."""
    return {
        "from": world.address("alice"),
        "to": world.address("bob"),
        "value": TOKEN,
        "validAfter": 0,
        "validBefore": FOREVER,
        "nonce": NONCE,
        **changes,
    }


def permission(world: World, **changes: Any) -> Message:
    """Alice lets bob move one token, by her first permit."""
    return {
        "owner": world.address("alice"),
        "spender": world.address("bob"),
        "value": TOKEN,
        "nonce": 0,
        "deadline": FOREVER,
        **changes,
    }


def typed_data(domain: Message, kind: str, message: Message) -> SignableMessage:
    """What a wallet shows its user."""
    types = {kind: [{"name": name, "type": type_} for name, type_ in TYPES[kind]]}
    shown = {name: str(value) if isinstance(value, Address) else value for name, value in message.items()}
    return encode_typed_data(domain_data=domain, message_types=types, message_data=shown)


def digest_of(domain: Message, kind: str, message: Message) -> bytes:
    """The hash that is signed."""
    signable = typed_data(domain, kind, message)
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


def sign(domain: Message, kind: str, message: Message, *, key: bytes) -> bytes:
    """The 65 bytes of a signature: r, s, v."""
    return bytes(Account.sign_message(typed_data(domain, kind, message), key).signature)


def signed(world: World, kind: str, message: Message, *, by: str = "alice", **domain: Any) -> bytes:
    """A person's signature for the coin of the tests, or for another domain."""
    return sign(domain_of(world, **domain), kind, message, key=key_of(by))


def parts_of(signature: bytes) -> tuple[int, bytes, bytes]:
    """The signature as v, r and s."""
    r, s, v = signature[:32], signature[32:64], signature[64]
    return v, r, s


def joined(v: int, r: bytes, s: bytes | int) -> bytes:
    """The signature of these parts."""
    return r + (s if isinstance(s, bytes) else s.to_bytes(32, "big")) + bytes([v])


def with_high_s(signature: bytes) -> bytes:
    """The other signature of the same key over the same hash, which must not count."""
    v, r, s = parts_of(signature)
    return joined(55 - v, r, CURVE_ORDER - int.from_bytes(s, "big"))


def _with_v(change: Callable[[int], int]) -> Callable[[bytes], bytes]:
    return lambda signature: signature[:64] + bytes([change(signature[64])])


BENT_SIGNATURES: dict[str, Callable[[bytes], bytes]] = {
    "high s": with_high_s,
    "high s, same v": lambda signature: with_high_s(signature)[:64] + signature[64:],
    "v of 0 or 1": _with_v(lambda v: v - 27),
    "the other v": _with_v(lambda v: 55 - v),
    "v of 26": _with_v(lambda _: 26),
    "v of 29": _with_v(lambda _: 29),
    "v with the chain id": _with_v(lambda v: (v - 27 + 35 + 2 * 31_337) % 256),
    "v of 255": _with_v(lambda _: 255),
    "all zero": lambda _: bytes(65),
    "zero, v of 27": lambda _: bytes(64) + b"\x1b",
    "r of zero": lambda signature: bytes(32) + signature[32:],
    "s of zero": lambda signature: signature[:32] + bytes(32) + signature[64:],
    "r of the order": lambda signature: CURVE_ORDER.to_bytes(32, "big") + signature[32:],
    "s of the order": lambda signature: joined(signature[64], signature[:32], CURVE_ORDER),
    "all ones": lambda _: b"\xff" * 65,
    "r and s swapped": lambda signature: signature[32:64] + signature[:32] + signature[64:],
    "another r": lambda signature: bytes([signature[0] ^ 1]) + signature[1:],
    "another s": lambda signature: signature[:63] + bytes([signature[63] ^ 1]) + signature[64:],
}


def submitted(world: World, function: str, message: Message, signature: bytes, form: str = BYTES) -> Call:
    """The call that hands a signature in: `function` is the name of both forms."""
    arguments = [message[name] for name, _ in TYPES[KINDS[function]] if (function, name) != ("permit", "nonce")]
    [overload] = [
        entry.signature
        for entry in coin_abi().functions.values()
        if entry.name == function and entry.signature.endswith(f"{form})")
    ]
    ending = parts_of(signature) if form == PARTS else (signature,)
    return call_of(world, overload, *arguments, *ending)


def call_signed(
    world: World, function: str, message: Message, *, by: str = "alice", form: str = BYTES, **domain: Any
) -> Call:
    """The call with this person's signature, as it should be unless told otherwise."""
    return submitted(world, function, message, signed(world, KINDS[function], message, by=by, **domain), form)


def is_used(world: World, nonce: bytes = NONCE, *, of: str = "alice") -> bool:
    """Whether a person's nonce is used or canceled."""
    return bool(answer_of(world, "authorizationState", world.address(of), nonce))


def next_second(world: World) -> int:
    """Takes the in-process chain ahead of all clocks, where a call is asked and the next transaction mined in the same
    second; returns that second.
    """
    world.chain.advance(seconds=1_000_000)
    return int(world.chain.block("pending").timestamp)


def message_for(world: World, function: str, signer: Address | None = None, **changes: Any) -> Message:
    """What alice, or another, signs for a function."""
    who = signer or world.address("alice")
    if function == "permit":
        return permission(world, owner=who, **changes)
    if function == "cancelAuthorization":
        return {"authorizer": who, "nonce": NONCE, **changes}
    return payment(world, **{"from": who, **changes})


def why_refused(world: World, call: Call) -> tuple[str, dict[str, Any]] | None:
    """The refusal that bob would meet with this call: he is the payee, so he may submit everything."""
    return facts_of(refusal_of(world, call, by="bob"))


def invalid(signer: Address) -> tuple[str, dict[str, Any]]:
    """The refusal of a signature that is not the signer's."""
    return "InvalidSignature", {"signer": signer}


def put_code(world: World, runtime: bytes) -> Address:
    """Puts a contract of this runtime code on the chain."""
    length = len(runtime).to_bytes(2, "big")
    creation = b"\x61" + length + b"\x5f\x81\x60\x0a\x5f\x39\xf3" + runtime
    receipt = world.send(Call(None, creation), by="admin")
    assert receipt.contract_address is not None
    assert world.chain.code(receipt.contract_address) == runtime
    return receipt.contract_address


def new_wallet(world: World, *, owner: str) -> Address:
    """A contract wallet that a person signs for."""
    return create(world, mock("SmartWallet"), world.address(owner))


def delegate(world: World, person: str, target: Address, *, sent_by: str = "upgrader") -> None:
    """Makes a person's account an EIP-7702 account that runs the code of `target`, or none if that is zero."""
    chain_id = world.chain.network.chain_id
    authorization = Account.sign_authorization(
        {"chainId": chain_id, "address": bytes(target), "nonce": world.chain.nonce(world.address(person))},
        key_of(person),
    )
    transaction = Account.sign_transaction(
        {
            "type": 4,
            "chainId": chain_id,
            "nonce": world.chain.nonce(world.address(sent_by)),
            "to": bytes(world.address(person)),
            "value": 0,
            "data": b"",
            "gas": 200_000,
            "maxFeePerGas": 10**12,
            "maxPriorityFeePerGas": 0,
            "authorizationList": [authorization],
        },
        key_of(sent_by),
    )
    world.chain.publish(bytes(transaction.raw_transaction))
    wanted = EIP_7702 + target if any(target) else b""
    for _ in range(200):  # anvil may answer before its block is there
        if world.chain.code(world.address(person)) == wanted:
            return
        time.sleep(0.05)
    raise AssertionError(f"{person} does not delegate to {target}")
