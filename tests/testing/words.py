"""The words of these tests: a payer, and a client that speaks to a node plainly, byte by byte."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eth_hash.auto import keccak

from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import UnsignedTransaction, development_signer

if TYPE_CHECKING:
    from stablecoin_tools.chain import Receipt
    from stablecoin_tools.testing import AnvilChain

ANVIL = Path(__file__).resolve().parents[2] / "contracts" / "node_modules" / ".bin" / "anvil"
ACCOUNTS = [str(development_signer(index, find_network("anvil")).address) for index in range(10)]
GWEI = 10**9


@dataclass(frozen=True)
class Payer:
    """A funded account that signs plain payments."""

    chain: AnvilChain
    index: int = 7

    @property
    def nonce(self) -> int:
        return self.chain.nonce(development_signer(self.index, self.chain.network).address)

    def pay(self, nonce: int, *, wei: int = 1, max_fee_wei: int = 10 * GWEI) -> bytes:
        """A signed payment, sent to nobody yet."""
        signer, to = (development_signer(index, self.chain.network) for index in (self.index, 9))
        network = self.chain.network
        payment = UnsignedTransaction(network.chain_id, nonce, to.address, b"", wei, 21_000, max_fee_wei, 1)
        return signer.sign_transaction(payment)


def mined(chain: AnvilChain, signed: bytes) -> Receipt:
    """The receipt of a transaction, once anvil has mined it."""
    for _ in range(1000):
        receipt = chain.receipt(hash_of(signed))
        if receipt is not None:
            return receipt
        time.sleep(0.01)
    raise AssertionError(f"never mined: {hash_of(signed)}")


def hash_of(signed: bytes) -> str:
    return "0x" + keccak(signed).hex()


def request(method: str, *params: Any, number: int = 1) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}


def post(url: str, body: Any) -> tuple[int, Any]:
    """The status and the JSON of the answer to one POST; raises what http.client raises if there is none."""
    to = urlsplit(url)
    connection = HTTPConnection(to.hostname or "", to.port, timeout=60)
    try:
        connection.request("POST", to.path or "/", json.dumps(body).encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    return answer.status, json.loads(said) if answer.headers["Content-Type"] == "application/json" else said.decode()
