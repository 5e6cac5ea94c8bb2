"""What an event is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the coin, and where it stands on the chain."""

    block_number: int
    transaction_hash: str
    log_index: int
