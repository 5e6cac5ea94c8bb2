"""The roles of a coin by name, as its contract spells them."""

from __future__ import annotations

import enum
from functools import cached_property

__all__ = ["PauseScope", "Role"]


class Role(enum.Enum):
    """Who may do what. The value says what the role does, for people."""

    DEFAULT_ADMIN_ROLE = "grants and revokes every role; changes hands in two steps, after a delay"
    MINTER_ADMIN_ROLE = "sets and removes minters and their allowances"
    MINTER_ROLE = "mints within its allowance"
    BURNER_ROLE = "burns coins of its own"
    BLACKLISTER_ROLE = "puts accounts on the blacklist"
    UNBLACKLISTER_ROLE = "takes accounts off the blacklist"
    PAUSER_ROLE = "pauses transfers, minting and redemption"
    UNPAUSER_ROLE = "resumes them"
    UPGRADER_ROLE = "replaces the implementation, and opens or closes the fast lane"

    @cached_property
    def identifier(self) -> bytes:
        """The role's bytes32 on the chain. Source: `contracts/powers/`, OpenZeppelin AccessControl."""
        if self is Role.DEFAULT_ADMIN_ROLE:
            return bytes(32)
        from eth_hash.auto import keccak

        return keccak(self.name.encode())

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
