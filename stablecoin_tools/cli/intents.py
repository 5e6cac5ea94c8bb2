"""What the journal knows of an intent, as commands tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stablecoin_tools.cli.reading import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import Receipt
    from stablecoin_tools.transactions import Candidate, Intent, LogEntry

__all__ = ["everything", "stage_words", "summary", "what_happened"]


def summary(intent: Intent, history: Sequence[LogEntry]) -> dict[str, Any]:
    """What stands, in one row."""
    hashes = intent.transaction_hashes
    return {
        "reference": intent.reference,
        "stage": intent.stage.name.lower(),
        "is_being_cancelled": intent.is_being_cancelled and intent.receipt is None,
        "was_cancelled": intent.was_cancelled,
        "nonce": intent.nonce,
        "sender": intent.sender,
        "description": readable(intent.call.description),
        "transaction_hash": intent.receipt.transaction_hash if intent.receipt else hashes[-1] if hashes else None,
        "taken_in_at": history[0].at if history else None,
        "changed_at": history[-1].at if history else None,
    }


def everything(intent: Intent, history: Sequence[LogEntry]) -> dict[str, Any]:
    """All that the journal knows, but for the signed bytes: whoever has those can publish them."""
    call = intent.call
    return {
        **summary(intent, history),
        "to": call.to,
        "data": call.data,
        "value_wei": call.value_wei,
        "gas_limit": intent.gas_limit,
        "attempts": [_attempt(candidate) for candidate in intent.candidates],
        "receipt": None if intent.receipt is None else _receipt(intent.receipt),
        "history": [
            {"at": entry.at, "who": entry.who, "what": entry.what.lower(), "why": entry.why, "hash": entry.hash}
            for entry in history
        ],
    }


def stage_words(intent: Intent) -> str:
    """How far it has come, and whether that is what was wanted."""
    stage = intent.stage.name.lower()
    if intent.receipt is None:
        return f"{stage},\nbeing cancelled" if intent.is_being_cancelled else stage
    if intent.was_cancelled:
        return f"{stage},\ncancelled"
    return stage if intent.receipt.succeeded else f"{stage},\nrefused"


def what_happened(entry: LogEntry) -> str:
    """An entry of the log in words: which transaction was signed at which nonce, and why."""
    from stablecoin_tools.transactions import Happening

    words = Happening[entry.what].value if entry.what in Happening.__members__ else entry.what
    return ": ".join(part for part in (words, entry.why, _signed(entry)) if part)


def _signed(entry: LogEntry) -> str:
    """What the log keeps of a transaction that was signed; nothing, where it has none or was tampered with."""
    import json

    from stablecoin_tools.transactions.explaining import in_gwei

    try:
        detail = json.loads(entry.detail)
        nonce, hash_, max_fee_wei = detail["nonce"], detail["transaction"], int(detail["max_fee_wei"])
    except (LookupError, TypeError, ValueError):
        return ""
    return f"transaction {hash_} at nonce {nonce}, at most {in_gwei(max_fee_wei)} gwei for a unit of gas"


def _attempt(candidate: Candidate) -> dict[str, Any]:
    from stablecoin_tools.transactions.explaining import in_gwei

    return {
        "transaction_hash": candidate.transaction_hash,
        "max_fee_gwei": in_gwei(candidate.fees.max_fee_wei),
        "tip_gwei": in_gwei(candidate.fees.tip_wei),
        "is_noop": candidate.is_noop,
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "transaction_hash": receipt.transaction_hash,
        "block_number": receipt.block_number,
        "block_hash": receipt.block_hash,
        "succeeded": receipt.succeeded,
        "gas_used": receipt.gas_used,
        "gas_price_wei": receipt.gas_price_wei,
    }
