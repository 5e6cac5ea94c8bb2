"""Proof that what stands on a chain is what was asked for: code, identity, admin, limits and roles."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stablecoin_tools.amounts import Amount, Denomination
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.errors import DeploymentError
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Stablecoin, as_kept

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.spec import CoinSpec

__all__ = ["Check", "Verdict", "in_words", "prove", "prove_code", "state_asked_for", "state_of"]


class Verdict(enum.Enum):
    """What came of a check."""

    PROVEN = "as it should be"
    CHANGED = "changed since, and the coin's events say by which transaction"
    READ = "read; nothing says what it should be"
    WRONG = "not as it should be"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was read off the chain, and what it was held against.

    Attributes:
        what: What it is about: "the supply cap", "PAUSER_ROLE".
        expected: What it should be; None if nothing says so.
        found: What it is.
        changed_in: Which transaction changed it since, as the coin's events say; empty if none did.
    """

    what: str
    expected: object
    found: object
    changed_in: str = ""

    @property
    def verdict(self) -> Verdict:
        """What came of it."""
        if self.expected is None:
            return Verdict.READ
        if self.expected == self.found:
            return Verdict.PROVEN
        return Verdict.CHANGED if self.changed_in else Verdict.WRONG

    def __str__(self) -> str:
        return f"{self.what} is {in_words(self.found)}, not {in_words(self.expected)}"


def in_words(value: object) -> str:
    """A value of a check as text: several parties sorted and in one line, "nobody" if there are none."""
    if isinstance(value, (set, frozenset)):
        return ", ".join(str(party) for party in sorted(value)) or "nobody"
    return str(value)


def prove(chain: Chain, spec: CoinSpec, *, coin: Address, implementation: Address) -> tuple[Check, ...]:
    """Reads everything that was asked for back from the chain.

    Returns:
        What was proven.

    Raises:
        DeploymentError: If any of it differs; the error lists all that does.
    """
    code = [
        prove_code(chain, implementation, "Issuer"),
        prove_code(chain, coin, "Stablecoin"),
    ]
    asked, found = state_asked_for(spec, implementation), state_of(Stablecoin(chain, coin))
    checks = [Check(what, asked[what], found[what]) for what in asked]
    findings = [str(check) for check in checks if check.verdict is not Verdict.PROVEN]
    if findings:
        raise DeploymentError(f"{spec.symbol} at {coin} is not as asked for: {'; '.join(findings)}.")
    return (*code, *checks)


def prove_code(chain: Chain, address: Address, name: str) -> Check:
    """Compares the code at an address with the artifact's.

    Returns:
        That it is that, with the Keccak-256 hash of the code as it stands there.

    Raises:
        DeploymentError: If it differs.
    """
    from eth_hash.auto import keccak

    code = chain.code(address)
    if not code:
        raise DeploymentError(f"The node sees no code at {address} yet.", hint="Run the same deploy again in a while.")
    if not load_artifact(name).is_runtime(code):
        raise DeploymentError(
            f"The code at {address} is not {name} as compiled here.",
            hint="Do not use it: another release, or another contract, stands there.",
        )
    digest = "0x" + keccak(code).hex()
    return Check(f"the code of {name}", digest, digest)


def state_asked_for(spec: CoinSpec, implementation: Address) -> dict[str, object]:
    """What a coin of this description says of itself when it is new, by what it is about; `state_of` has the same."""
    denomination = Denomination(spec.symbol, spec.decimals)
    cap, capacity, refill = (denomination.from_base_units(as_kept(number)) for number in spec.mint_policy())
    return _state(
        identity=(spec.name, spec.symbol, spec.currency, spec.decimals),
        implementation=implementation,
        admin=(spec.admin, spec.admin_delay_seconds),
        limits=(cap, capacity, refill),
        roles={role: spec.roles.get(role, ()) for role in Role},
    )


def state_of(coin: Stablecoin) -> dict[str, object]:
    """What a coin says of itself now, by what it is about.

    Raises:
        StablecoinError: If it cannot be read.
    """
    limit = coin.global_limit()
    return _state(
        identity=(coin.name(), coin.denomination.symbol, coin.currency(), coin.denomination.decimals),
        implementation=coin.implementation(),
        admin=(coin.default_admin(), coin.default_admin_delay_seconds()),
        limits=(coin.supply_cap(), limit.capacity, limit.refill_per_second),
        roles={role: coin.role_members(role) for role in Role if role is not Role.DEFAULT_ADMIN_ROLE},
    )


def _state(
    *,
    identity: tuple[str, str, str, int],
    implementation: Address,
    admin: tuple[Address, int],
    limits: tuple[Amount, Amount, Amount],
    roles: dict[Role, Any],
) -> dict[str, object]:
    return {
        **dict(zip(("the name", "the symbol", "the currency", "the decimals"), identity, strict=True)),
        "the implementation": implementation,
        **dict(zip(("the admin", "the admin's delay"), admin, strict=True)),
        **dict(zip(("the supply cap", "the limit of all minters", "its refill each second"), limits, strict=True)),
        **{role.name: frozenset(roles[role]) for role in Role if role is not Role.DEFAULT_ADMIN_ROLE},
    }
