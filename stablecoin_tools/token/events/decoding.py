"""From logs to events."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.token.events import dependencies, holding, issuing, powers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount, Denomination
    from stablecoin_tools.chain import Log
    from stablecoin_tools.token.events.base import Event

__all__ = ["decode_events"]

_KINDS: dict[str, type[Event]] = {
    name: getattr(module, name) for module in (holding, issuing, powers, dependencies) for name in module.__all__
}


def decode_events(logs: Iterable[Log], coin: Address, denomination: Denomination) -> list[Event]:
    """Reads the coin's events out of logs; those of other contracts are left out.

    Args:
        logs: As a receipt or a query holds them.
        coin: The coin's address.
        denomination: What its amounts are counted in.

    Returns:
        The events, in the order of the logs.
    """
    return [event for log in logs if log.address == coin and (event := _decode(log, denomination)) is not None]


def _decode(log: Log, denomination: Denomination) -> Event | None:
    decoded = coin_abi().decode_event(log.topics, log.data)
    if decoded is None:
        return None
    kind = _KINDS[decoded.entry.name]
    sender = "source" if "sender" in decoded.fields else "sender"
    amounts = {field.name for field in fields(kind) if field.type == "Amount"}
    named: dict[str, Any] = {(sender if name == "from" else name): value for name, value in decoded.fields.items()}
    return kind(
        block_number=log.block_number,
        transaction_hash=log.transaction_hash,
        log_index=log.index,
        **{name: _amount(value, denomination) if name in amounts else value for name, value in named.items()},
    )


def _amount(base_units: int, denomination: Denomination) -> Amount:
    from stablecoin_tools.amounts import MAX_BASE_UNITS

    return denomination.from_base_units(min(base_units, MAX_BASE_UNITS))
