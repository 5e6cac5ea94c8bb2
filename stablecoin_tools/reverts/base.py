"""What a refusal with data is, and how it is shown."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, NewType

from stablecoin_tools.amounts import Amount, Denomination
from stablecoin_tools.errors import Reverted
from stablecoin_tools.roles import PauseScope, Role

__all__ = ["BaseUnits", "ContractRevert"]

BaseUnits = NewType("BaseUnits", int)
"""An amount as the contract reports it; the error shows it in tokens where the coin is known."""


class ContractRevert(Reverted):
    """A refusal with data: the class says which, its fields say why.

    Attributes:
        denomination: The coin's, once the coin's client has set it: amounts are then shown in tokens.
    """

    denomination: Denomination | None = None

    def __str__(self) -> str:
        facts = ", ".join(
            f"{field.name.replace('_', ' ')} {_shown(field, getattr(self, field.name), self.denomination)}"
            for field in fields(self)  # type: ignore[arg-type]  # every subclass is a dataclass
        )
        return f"{type(self).__name__}: {facts}." if facts else f"{type(self).__name__}."


def _shown(field: Field[Any], value: Any, denomination: Denomination | None) -> str:
    if field.type == "BaseUnits":
        return _shown_amount(value, denomination)
    if field.type == "PauseScope":
        return " and ".join(PauseScope(value).names()) or str(value)
    if field.name.endswith("role"):
        return Role.named(value)
    return f"0x{value.hex()}" if type(value) is bytes else str(value)


def _shown_amount(value: int, denomination: Denomination | None) -> str:
    if denomination is None or value >= 2**128:
        return f"{value:,} base units"
    return str(Amount(value, denomination))
