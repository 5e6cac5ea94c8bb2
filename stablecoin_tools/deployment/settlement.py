"""Puts the contract that settles trades on a chain: one for all coins, at one address on every chain.

    transactions.send(settlement_creation(), signer=anybody)

It has no owner and keeps nothing, so whoever creates it gets no power over it. The CREATE2 deployer must stand there,
as it does on every chain that a coin was deployed to; if `chain.code(settlement_address())`, nothing is left to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.deployment.create2 import create2_address, create2_call

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call

__all__ = ["settlement_address", "settlement_creation"]

_SALT: Final = bytes(32)


def settlement_address() -> Address:
    """Where this release's settlement contract is on every chain, once it is created there."""
    return create2_address(load_artifact("PaymentVersusPayment").creation_code(), _SALT)


def settlement_creation() -> Call:
    """The call that creates it; refused where it stands already."""
    code = load_artifact("PaymentVersusPayment").creation_code()
    return create2_call(code, _SALT, f"create the settlement contract at {settlement_address()}")
