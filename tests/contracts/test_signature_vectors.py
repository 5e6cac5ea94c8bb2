"""viem, the wallets' library in TypeScript, against eth-account and against the coin

`vectors.json` holds what viem signed for a fixed domain; `scripts/vectors.mjs` writes it, the same bytes every time.

when eth-account hashes and signs the same data: digest and signature are equal, byte for byte
when viem signs for the very coin of the tests: the coin accepts it, and no other signature of viem's
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account

from stablecoin_tools.addresses import Address
from tests.contracts.signing import (
    FORMS,
    KINDS,
    NONCE,
    TYPES,
    digest_of,
    domain_of,
    key_of,
    payment,
    permission,
    sign,
    submitted,
)
from tests.contracts.words import facts_of, refusal_of

if TYPE_CHECKING:
    from tests.contracts.signing import Message
    from tests.world import World

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "vectors.mjs"
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text())


def run_viem(*options: str, request: str = "") -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    assert node is not None, "node is missing"
    return subprocess.run([node, SCRIPT, *options], input=request, capture_output=True, text=True, check=False)


def signed_by_viem(person: str, requests: list[tuple[Message, str, Message]]) -> list[bytes]:
    """What viem signs with a person's key: one signature for each domain, kind and message."""
    asked = [
        {"key": f"0x{key_of(person).hex()}", "domain": domain, "kind": kind, "message": shown(message)}
        for domain, kind, message in requests
    ]
    answered = run_viem("--sign", request=json.dumps(asked))
    assert answered.returncode == 0, answered.stderr
    return [bytes.fromhex(vector["signature"][2:]) for vector in json.loads(answered.stdout)]


def shown(message: Message) -> dict[str, str]:
    """A message in JSON: addresses checksummed, bytes in hex, numbers in decimal."""

    def text(value: Any) -> str:
        return f"0x{value.hex()}" if type(value) is bytes else str(value)

    return {name: text(value) for name, value in message.items()}


def read(kind: str, message: dict[str, str]) -> Message:
    """A message as Python signs it."""
    readers: dict[str, Any] = {
        "address": lambda text: Address(bytes.fromhex(text[2:])),
        "bytes32": lambda text: bytes.fromhex(text[2:]),
        "uint256": int,
    }
    return {name: readers[type_](message[name]) for name, type_ in TYPES[kind]}


@pytest.mark.parametrize("vector", VECTORS, ids=[f"{index} {vector['kind']}" for index, vector in enumerate(VECTORS)])
def test_both_libraries_hash_and_sign_alike(vector: dict[str, Any]) -> None:
    kind, key = vector["kind"], bytes.fromhex(vector["key"][2:])
    message = read(kind, vector["message"])

    assert Account.from_key(key).address == vector["signer"]
    assert digest_of(vector["domain"], kind, message).hex() == vector["digest"][2:]
    assert sign(vector["domain"], kind, message, key=key).hex() == vector["signature"][2:]


def test_the_vectors_know_every_kind_that_is_signed() -> None:
    assert {vector["kind"] for vector in VECTORS} == set(TYPES) == set(KINDS.values())
    assert len({vector["digest"] for vector in VECTORS}) == len(VECTORS)


def test_the_script_writes_these_very_vectors() -> None:
    answered = run_viem("--check")

    assert answered.returncode == 0, answered.stderr or "vectors.json differs: run `node scripts/vectors.mjs`"


def test_the_coin_accepts_what_viem_signed_for_it(local: World) -> None:
    """And only for it: with one word of the domain changed, viem's signature is as good as none."""
    local.give("alice", 10)
    alice = local.address("alice")
    messages = {
        "permit": permission(local),
        "transferWithAuthorization": payment(local),
        "receiveWithAuthorization": payment(local),
        "cancelAuthorization": {"authorizer": alice, "nonce": NONCE},
    }
    domains = [domain_of(local), domain_of(local, chainId=1), domain_of(local, version="2")]
    requests = [(domain, KINDS[function], message) for domain in domains for function, message in messages.items()]

    signatures = signed_by_viem("alice", requests)

    for (domain, kind, message), signature in zip(requests, signatures, strict=True):
        assert signature == sign(domain, kind, message, key=key_of("alice"))
        for function in [name for name in KINDS if KINDS[name] == kind]:
            for form in FORMS:
                refused = facts_of(refusal_of(local, submitted(local, function, message, signature, form), by="bob"))
                expected = None if domain == domains[0] else ("InvalidSignature", {"signer": alice})
                assert refused == expected


def test_a_permit_and_a_payment_of_viem_do_what_they_say(local: World) -> None:
    coin, alice, bob = local.coin, local.address("alice"), local.address("bob")
    local.give("alice", 10)
    requests = [
        (domain_of(local), "Permit", permission(local, value=4_000_000)),
        (domain_of(local), "TransferWithAuthorization", payment(local)),
    ]
    permit, transfer = signed_by_viem("alice", requests)

    local.do(submitted(local, "permit", requests[0][2], permit, FORMS[0]), by="bob")
    local.do(submitted(local, "transferWithAuthorization", requests[1][2], transfer, FORMS[1]), by="admin")

    assert coin.allowance(alice, bob) == coin.amount(4)
    assert coin.balance_of(alice) == coin.amount(9)
    assert coin.balance_of(bob) == coin.amount(1)
    assert coin.total_supply() == coin.amount(10)
