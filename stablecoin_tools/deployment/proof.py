"""Proof that what stands on a chain is what was asked for: code, identity, admin, limits and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.errors import DeploymentError
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Stablecoin, as_kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.spec import CoinSpec

__all__ = ["prove", "prove_code"]


def prove(chain: Chain, spec: CoinSpec, *, coin: Address, implementation: Address) -> None:
    """Reads everything that was asked for back from the chain.

    Raises:
        DeploymentError: If any of it differs; the error lists all that does.
    """
    prove_code(chain, implementation, "Issuer")
    prove_code(chain, coin, "Stablecoin")
    findings = [
        f"{what} is {found}, not {asked}"
        for what, asked, found in _facts(chain, spec, coin, implementation)
        if asked != found
    ]
    if findings:
        raise DeploymentError(f"{spec.symbol} at {coin} is not as asked for: {'; '.join(findings)}.")


def prove_code(chain: Chain, address: Address, name: str) -> None:
    """Compares the code at an address with the artifact's.

    Raises:
        DeploymentError: If it differs.
    """
    code = chain.code(address)
    if not code:
        raise DeploymentError(f"The node sees no code at {address} yet.", hint="Run the same deploy again in a while.")
    if not load_artifact(name).is_runtime(code):
        raise DeploymentError(
            f"The code at {address} is not {name} as compiled here.",
            hint="Do not use it: another release, or another contract, stands there.",
        )


def _facts(
    chain: Chain, spec: CoinSpec, address: Address, implementation: Address
) -> Iterator[tuple[str, object, object]]:
    coin = Stablecoin(chain, address)
    yield "the name", spec.name, coin.name()
    yield "the symbol", spec.symbol, coin.denomination.symbol
    yield "the currency", spec.currency, coin.currency()
    yield "the decimals", spec.decimals, coin.denomination.decimals
    yield "the implementation", implementation, coin.implementation()
    yield "the admin", spec.admin, coin.default_admin()
    yield "the admin's delay", spec.admin_delay_seconds, coin.default_admin_delay_seconds()
    cap, capacity, refill = (coin.denomination.from_base_units(as_kept(number)) for number in spec.mint_policy())
    limit = coin.global_limit()
    yield "the supply cap", cap, coin.supply_cap()
    yield "the limit of all minters", capacity, limit.capacity
    yield "its refill each second", refill, limit.refill_per_second
    for role in Role:
        if role is not Role.DEFAULT_ADMIN_ROLE:
            yield role.name, set(spec.roles.get(role, ())), set(coin.role_members(role))
