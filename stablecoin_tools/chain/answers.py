"""From a node's JSON to our values and typed errors; what has another shape than the method's raises a plain error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain.authorizations import recovered
from stablecoin_tools.chain.refusals import refusal
from stablecoin_tools.chain.values import Authorization, Block, Log, MinedTransaction, Receipt, Rehearsed
from stablecoin_tools.errors import NodeRefused, RateLimited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.errors import Reverted, StablecoinError

__all__ = [
    "Body",
    "is_unknown_method",
    "read_block",
    "read_block_hash",
    "read_body",
    "read_bytes",
    "read_fees",
    "read_has_base_fee",
    "read_logs",
    "read_quantity",
    "read_receipt",
    "read_rehearsal",
    "read_simulation",
    "typed_error",
]

_RATE_LIMIT_CODES: Final = (-32005, 429)
_RATE_LIMIT_WORDS: Final = re.compile(r"rate limit|too many requests|request limit|limit exceeded", re.IGNORECASE)
# Sources: JSON-RPC 2.0 (-32601) and EIP-1474 (-32004).
_UNKNOWN_METHOD_CODES: Final = (-32601, -32004)
_UNKNOWN_METHOD_WORDS: Final = re.compile(
    r"method.*(not (found|exist|supported|available|implemented|allowed)|unavailable)|(unknown|unsupported) method",
    re.IGNORECASE | re.DOTALL,
)
_REVERT_WORDS: Final = re.compile(r"revert", re.IGNORECASE)
_REVERT_CODE: Final = 3
_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]+")
_HASH: Final = re.compile(r"0x[0-9a-fA-F]{64}")
_REVERT_DATA: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")
# Source: the hash of an empty trie, keccak256(rlp("")), as the yellow paper has it.
_NO_TRANSACTIONS_ROOT: Final = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
_SET_CODE: Final = 4  # EIP-7702's type of a transaction


class Body(NamedTuple):
    """What a block holds, and which block that is."""

    number: int
    transactions: tuple[MinedTransaction, ...]


def typed_error(method: str, error: Any) -> StablecoinError:
    """The typed error of a JSON-RPC error object; nodes differ in where they put the bytes of a revert."""
    if not isinstance(error, dict):
        return NodeRefused(f"{method}: {error}")
    code, message = error.get("code", 0), str(error.get("message", error))
    if method in ("eth_call", "eth_estimateGas"):
        reverted = _reverted(code, message, error.get("data"))
        if reverted is not None:
            return reverted
    if code in _RATE_LIMIT_CODES or _RATE_LIMIT_WORDS.search(message):
        return RateLimited(f"The node answers {method}: {message}")
    return NodeRefused(f"{method}: {message}", error_code=code if isinstance(code, int) else 0)


def _reverted(code: Any, message: str, detail: Any) -> Reverted | None:
    if isinstance(detail, dict):
        detail = detail.get("data")
    found = _REVERT_DATA.search(detail) if isinstance(detail, str) else None
    if found is not None and (len(found[0]) > len("0x") or code == _REVERT_CODE):
        return refusal(read_bytes(found[0]))
    if code == _REVERT_CODE or _REVERT_WORDS.search(message):
        return refusal(b"")
    return None


def is_unknown_method(error: StablecoinError) -> bool:
    """Whether a node refused because it does not know the method at all."""
    if not isinstance(error, NodeRefused):
        return False
    return error.error_code in _UNKNOWN_METHOD_CODES or bool(_UNKNOWN_METHOD_WORDS.search(str(error)))


def read_quantity(answer: Any) -> int:
    """A number."""
    if not _QUANTITY.fullmatch(answer):
        raise ValueError(answer)
    return int(answer, 16)


def read_bytes(answer: Any) -> bytes:
    """Bytes."""
    return bytes.fromhex(answer.removeprefix("0x"))


def read_block(answer: Any) -> Block | None:
    """A block's head, or None if there is no such block."""
    if answer is None:
        return None
    return Block(
        number=read_quantity(answer["number"]),
        hash=_hash(answer["hash"]),
        timestamp=read_quantity(answer["timestamp"]),
        base_fee_wei=read_quantity(answer.get("baseFeePerGas", "0x0")),
    )


def read_has_base_fee(answer: Any) -> bool:
    """Whether a block has a base fee at all: without EIP-1559, blocks have none."""
    return answer.get("baseFeePerGas") is not None


def read_block_hash(answer: Any) -> str | None:
    """A block's hash, or None if there is no such block."""
    if answer is None:
        return None
    return _hash(answer["hash"])


def read_body(answer: Any) -> Body | None:
    """A block's transactions in their order, or None if there is no such block."""
    if answer is None:
        return None
    block_hash, transactions = _hash(answer["hash"]), answer["transactions"]
    if not isinstance(transactions, list):
        raise TypeError(transactions)
    if not transactions and answer.get("transactionsRoot", _NO_TRANSACTIONS_ROOT).lower() != _NO_TRANSACTIONS_ROOT:
        raise ValueError("the head says that the block holds transactions, and they are missing")
    found = tuple(_mined(mined) for mined in transactions)
    if any(mined.block_hash != block_hash for mined in found):
        raise ValueError("a transaction is of another block")
    return Body(read_quantity(answer["number"]), found)


def _mined(answer: Any) -> MinedTransaction:
    is_carrier = read_quantity(answer.get("type") or "0x0") == _SET_CODE
    return MinedTransaction(
        hash=_hash(answer["hash"]),
        sender=Address(read_bytes(answer["from"])),
        nonce=read_quantity(answer["nonce"]),
        block_hash=_hash(answer["blockHash"]),
        authorizations=tuple(_authorizations(answer.get("authorizationList"))) if is_carrier else (),
    )


def _authorizations(signed: Any) -> Iterator[Authorization]:
    """Those that can be read and were signed by somebody; the others used no nonce, as far as anybody can tell."""
    for one in signed if isinstance(signed, list) else ():
        try:
            chain_id, nonce, r, s = (read_quantity(one[name]) for name in ("chainId", "nonce", "r", "s"))
            y_parity = read_quantity(one["yParity"] if "yParity" in one else one["v"])
            found = recovered(chain_id, read_bytes(one["address"]), nonce, y_parity, r, s)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
        if found is not None:
            yield found


def read_fees(answer: Any) -> tuple[int | None, tuple[int, ...]]:
    """The next base fee in wei, or None where the answer has none, and the median tips of recent blocks."""
    tips = tuple(read_quantity(rewards[0]) for rewards in answer.get("reward") or ())
    base_fees = answer.get("baseFeePerGas")
    return read_quantity(base_fees[-1]) if base_fees else None, tips


def read_receipt(answer: Any) -> Receipt | None:
    """What became of a transaction, or None while it is not mined."""
    if answer is None or answer.get("blockNumber") is None:
        return None
    created = answer.get("contractAddress")
    return Receipt(
        transaction_hash=_hash(answer["transactionHash"]),
        block_number=read_quantity(answer["blockNumber"]),
        block_hash=_hash(answer["blockHash"]),
        succeeded=read_quantity(answer["status"]) == 1,
        gas_used=read_quantity(answer["gasUsed"]),
        gas_price_wei=read_quantity(answer["effectiveGasPrice"]),
        contract_address=Address(read_bytes(created)) if created else None,
        logs=tuple(read_logs(answer["logs"])),
    )


def read_simulation(answer: Any) -> list[Reverted | None]:
    """Of all calls in some blocks, why each would fail, or None if it would not."""
    return [_simulated(call) for block in answer for call in block["calls"]]


def _simulated(found: Any) -> Reverted | None:
    if read_quantity(found["status"]) == 1:
        return None
    error = found.get("error") or {}
    revert = found.get("returnData") or "0x"
    return refusal(read_bytes(error.get("data") or "0x" if revert == "0x" else revert))


def read_rehearsal(answer: Any) -> list[Rehearsed]:
    """What would come of the calls of one block."""
    (block,) = answer
    return [_rehearsed(call) for call in block["calls"]]


def _rehearsed(call: Any) -> Rehearsed:
    """Nodes differ in where they put the bytes of a revert."""
    answer = read_bytes(call["returnData"])
    if read_quantity(call["status"]) != 1:
        return Rehearsed(succeeded=False, answer=answer or read_bytes((call.get("error") or {}).get("data") or "0x"))
    events = ((Address(read_bytes(log["address"])), tuple(map(read_bytes, log["topics"]))) for log in call["logs"])
    return Rehearsed(succeeded=True, answer=answer, events=tuple(events))


def read_logs(answer: Any) -> list[Log]:
    """Events."""
    return [
        Log(
            address=Address(read_bytes(log["address"])),
            topics=tuple(read_bytes(topic) for topic in log["topics"]),
            data=read_bytes(log["data"]),
            block_number=read_quantity(log["blockNumber"]),
            transaction_hash=_hash(log["transactionHash"]),
            index=read_quantity(log["logIndex"]),
        )
        for log in answer
    ]


def _hash(answer: Any) -> str:
    """A hash in lower case, however the node spells it: hashes are compared as text."""
    if not _HASH.fullmatch(answer):
        raise ValueError(answer)
    found: str = answer.lower()
    return found
