"""From the bytes of a revert to the typed error, the same for every chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stablecoin_tools import reverts
from stablecoin_tools.artifacts import Abi, contracts_abi

if TYPE_CHECKING:
    from stablecoin_tools.errors import Reverted

__all__ = ["refusal"]

_BUILT_IN: Final = Abi(
    [
        {"type": "error", "name": "Error", "inputs": [{"name": "reason", "type": "string"}]},
        {"type": "error", "name": "Panic", "inputs": [{"name": "panicCode", "type": "uint256"}]},
    ]
)


def refusal(revert_data: bytes) -> Reverted:
    """The error that a revert stands for: one of `stablecoin_tools.reverts`, whatever the bytes are."""
    own = contracts_abi().decode_error(revert_data)
    if own is not None:
        typed: Reverted = getattr(reverts, own.entry.name)(**own.fields)
        return typed
    built_in = _BUILT_IN.decode_error(revert_data)
    if built_in is not None and built_in.entry.name == "Error":
        return reverts.RevertedWithReason(built_in.fields["reason"])
    if built_in is not None:
        return reverts.RevertedWithPanic(built_in.fields["panic_code"])
    return reverts.UnknownRevert(revert_data)
