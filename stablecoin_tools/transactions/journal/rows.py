"""Between the values of this floor and the journal's rows."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call, Log, Receipt
from stablecoin_tools.transactions.fees import Fees
from stablecoin_tools.transactions.intent import Candidate, Intent, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "attempt_digest",
    "candidate_row",
    "intent_of",
    "intent_row",
    "payload_digest",
    "progress_row",
    "receipt_digest",
]

_PAYLOAD: Final = ("chain", "reference", "sender", "receiver", "data", "value_wei", "description", "gas_limit")

# Bytes become a list, so that they are not taken for a text that says the same.
_in_words: Final = json.JSONEncoder(default=lambda value: [value.hex()]).encode


def intent_row(chain: str, intent: Intent) -> dict[str, Any]:
    """A new intent's row."""
    call = intent.call
    return {
        "chain": chain,
        "reference": intent.reference,
        "sender": f"0x{intent.sender.hex()}",
        "nonce": intent.nonce,
        "receiver": None if call.to is None else f"0x{call.to.hex()}",
        "data": call.data,
        "value_wei": str(call.value_wei),
        "description": call.description,
        "gas_limit": intent.gas_limit,
        "stage": intent.stage.name,
        "receipt": _receipt_text(intent.receipt),
    }


def progress_row(chain: str, intent: Intent) -> dict[str, Any]:
    """What changes of an intent's row, and the names of what finds it."""
    return {
        "of_chain": chain,
        "of_reference": intent.reference,
        "nonce": intent.nonce,
        "stage": intent.stage.name,
        "receipt": _receipt_text(intent.receipt),
    }


def candidate_row(chain: str, intent: Intent) -> dict[str, Any]:
    """The row of an intent's newest candidate."""
    newest = intent.candidates[-1]
    return {
        "transaction_hash": newest.transaction_hash,
        "chain": chain,
        "sender": f"0x{intent.sender.hex()}",
        "reference": intent.reference,
        "nonce": intent.nonce,
        "ordinal": len(intent.candidates),
        "signed_transaction": newest.signed_transaction,
        "max_fee_wei": str(newest.fees.max_fee_wei),
        "tip_wei": str(newest.fees.tip_wei),
        "is_legacy": newest.fees.is_legacy,
        "is_noop": newest.is_noop,
    }


def payload_digest(row: Mapping[Any, Any]) -> str:
    """SHA-256 over what never changes of an intent's row."""
    return _digest([row[name] for name in _PAYLOAD])


def attempt_digest(row: Mapping[Any, Any]) -> str:
    """SHA-256 over a candidate's row."""
    return _digest([row[name] for name in sorted(row)])


def receipt_digest(receipt: str | None) -> str | None:
    """SHA-256 over a receipt as it is kept."""
    return None if receipt is None else _digest([receipt])


def intent_of(row: Mapping[Any, Any], candidates: Iterable[Mapping[Any, Any]]) -> Intent:
    """The intent of a row and of its candidates' rows, oldest first."""
    to = row["receiver"]
    return Intent(
        reference=row["reference"],
        sender=_address(row["sender"]),
        call=Call(None if to is None else _address(to), bytes(row["data"]), int(row["value_wei"]), row["description"]),
        gas_limit=row["gas_limit"],
        nonce=row["nonce"],
        candidates=tuple(_candidate(candidate) for candidate in candidates),
        stage=Stage[row["stage"]],
        receipt=_receipt(row["receipt"]),
        is_unwanted=row["is_unwanted"],
    )


def _candidate(row: Mapping[Any, Any]) -> Candidate:
    return Candidate(
        bytes(row["signed_transaction"]),
        row["transaction_hash"],
        Fees(int(row["max_fee_wei"]), int(row["tip_wei"]), is_legacy=row["is_legacy"]),
        is_noop=row["is_noop"],
    )


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(_in_words(values).encode()).hexdigest()


def _receipt_text(receipt: Receipt | None) -> str | None:
    if receipt is None:
        return None
    created = receipt.contract_address
    return json.dumps(
        [
            receipt.transaction_hash,
            receipt.block_number,
            receipt.block_hash,
            receipt.succeeded,
            receipt.gas_used,
            receipt.gas_price_wei,
            None if created is None else created.hex(),
            [
                [log.address.hex(), [topic.hex() for topic in log.topics], log.data.hex(), log.index]
                for log in receipt.logs
            ],
        ]
    )


def _receipt(text: str | None) -> Receipt | None:
    if text is None:
        return None
    hash_, number, block_hash, succeeded, gas_used, gas_price_wei, created, logs = json.loads(text)
    return Receipt(
        hash_,
        number,
        block_hash,
        succeeded,
        gas_used,
        gas_price_wei,
        None if created is None else Address(bytes.fromhex(created)),
        tuple(
            Log(
                Address(bytes.fromhex(address)),
                tuple(bytes.fromhex(topic) for topic in topics),
                bytes.fromhex(data),
                number,
                hash_,
                index,
            )
            for address, topics, data, index in logs
        ),
    )


def _address(text: str) -> Address:
    return Address(bytes.fromhex(text[2:]))
