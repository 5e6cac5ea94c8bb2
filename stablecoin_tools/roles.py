"""The roles of a coin by name, as its contract spells them."""

from __future__ import annotations

import enum
from functools import cached_property

__all__ = ["PauseScope", "Role"]


class Role(enum.Enum):
    """Who may do what. The value says what the role does, for people."""

    DEFAULT_ADMIN_ROLE = "grants and revokes every role; changes hands in two steps, after a delay"
    MINTER_ADMIN_ROLE = "sets and removes minters and bridges, and their limits"
    MINTER_ROLE = "mints within its allowance"
    BURNER_ROLE = "burns coins of its own"
    BRIDGE_ROLE = "mints within its limit, and burns, for holders who cross to another chain"
    BLACKLISTER_ROLE = "puts accounts on the blacklist"
    UNBLACKLISTER_ROLE = "takes accounts off the blacklist"
    SEIZER_ROLE = "moves or burns coins of blacklisted accounts, by order"
    VERIFIER_ROLE = "says which accounts are verified"
    PAUSER_ROLE = "pauses transfers, minting and redemption"
    UNPAUSER_ROLE = "resumes them"
    RESCUER_ROLE = "sends on stray tokens and ETH"
    UPGRADER_ROLE = "replaces the implementation, and opens or closes the fast lane"

    @cached_property
    def identifier(self) -> bytes:
        """The role's bytes32 on the chain. Source: `contracts/powers/`."""
        return list(Role).index(self).to_bytes(32, "big")

    @classmethod
    def named(cls, identifier: bytes) -> str:
        """The name of a role on the chain, or its bytes as 0x-hex if it is none of these."""
        return next((role.name for role in cls if role.identifier == identifier), "0x" + identifier.hex())


class PauseScope(enum.IntFlag):
    """What a pause stops. Source: `contracts/interfaces/ILedger.sol`."""

    TRANSFERS = 1
    MINTING = 2
    REDEMPTION = 4
    ALL = 7

    def names(self) -> tuple[str, ...]:
        """The scopes in words, none for none."""
        return tuple(
            scope.name.lower() for scope in PauseScope if scope in self and scope.name and scope != PauseScope.ALL
        )
