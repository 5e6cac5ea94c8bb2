"""`deploy`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, common_options, signing_options
from stablecoin_tools.cli.session import Session
from stablecoin_tools.cli.under_way import lines_before
from stablecoin_tools.errors import UsageError
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment import CoinSpec, Deployment, DeploymentPlan
    from stablecoin_tools.networks import Network

__all__ = ["deploy"]

_LIMITS = ("supply_cap", "mint_limit", "mint_limit_refill_per_day")
_WANTED = ("name", "symbol", "currency", "decimals", "admin", "admin_delay", "role_holders", "salt", *_LIMITS)


@click.command(cls=Command)
@click.option("--name", default="Example Dollar", show_default=True, help="The coin's full name.")
@click.option("--symbol", default="USDX", show_default=True, help="Its ticker.")
@click.option("--currency", default="USD", show_default=True, help="The ISO 4217 code of its backing.")
@click.option("--decimals", default=6, show_default=True, help="How many decimals one token has.")
@click.option("--admin", metavar="ADDRESS", help="Who holds DEFAULT_ADMIN_ROLE; the signer, if not given.")
@click.option("--admin-delay", default=0, show_default=True, metavar="SECONDS", help="The wait of a change of admin.")
@click.option(
    "--supply-cap", type=int, default=10_000_000_000, show_default=True, metavar="TOKENS", help="The greatest supply."
)
@click.option(
    "--mint-limit",
    type=int,
    default=1_000_000_000,
    show_default=True,
    metavar="TOKENS",
    help="What all minters together may create at once.",
)
@click.option(
    "--mint-limit-refill-per-day",
    type=int,
    default=1_000_000_000,
    show_default=True,
    metavar="TOKENS",
    help="What of that comes back each day.",
)
@click.option(
    "--role",
    "role_holders",
    multiple=True,
    metavar="ROLE=ADDRESS",
    help="A first holder of a role, as often as needed. Without any, the admin holds all but minting and bridging.",
)
@click.option("--salt", default="00" * 32, metavar="HEX", help="Tells coins apart that are alike in all else.")
@signing_options
@common_options
def deploy(**options: Any) -> None:
    """Create the coin, or find it if it is there already; then prove it and write its record.

    The same description has the same address on every chain. On --network local it is a rehearsal: the whole
    deployment runs in this process, and nothing stays.

    \b
    Example:  stablecoin deploy --network anvil
              stablecoin deploy --network sepolia --wallet deployer --name "Example Euro" --symbol EURX --currency EUR
    """
    from stablecoin_tools.deployment import plan

    wanted = {key: options.pop(key) for key in _WANTED}
    session = Session(**options)
    is_rehearsal = session.network.name == "local"
    if not session.network.is_testnet and wanted["admin"] is None:
        raise UsageError("Name the --admin of a coin on a network that is no testnet.")
    spec = _spec(wanted, session.signer.address)
    chain = _chain(session)
    was_there = bool(chain.code(plan(spec).coin))
    if not was_there:
        first = "" if is_rehearsal else lines_before(session, [session.signer.address])
        session.confirm(first + _words(plan(spec), session.network, session.signer.address))
    deployment = _deploy(session, spec, chain)
    known = {
        "symbol": deployment.symbol,
        "address": deployment.address,
        "implementation": deployment.implementation,
        "network": session.network.name,
        "chain_id": deployment.chain_id,
        "admin": deployment.admin,
        **_limits(deployment),
        "roles": deployment.roles,
        "transaction_hash": deployment.transaction_hash,
        "record": None if is_rehearsal else str(session.records.path(deployment.chain_id, deployment.symbol)),
    }
    title = (
        "rehearsed; nothing stays"
        if is_rehearsal
        else "found there; its code is proven, roles and limits are the first ones"
        if was_there
        else "deployed and proven"
    )
    show.facts(title, known, as_json=session.as_json)


def _limits(deployment: Deployment) -> dict[str, Amount]:
    from stablecoin_tools.amounts import Denomination

    denomination = Denomination(deployment.symbol, deployment.decimals)
    tokens = {limit: getattr(deployment, limit) for limit in _LIMITS}
    return {limit: denomination.from_base_units(count * 10**deployment.decimals) for limit, count in tokens.items()}


def _deploy(session: Session, spec: CoinSpec, chain: Chain) -> Deployment:
    from stablecoin_tools.cli.checkout import source_commit
    from stablecoin_tools.deployment import deploy as deploy_coin
    from stablecoin_tools.transactions import Journal, TransactionManager

    what = f"deploying {spec.symbol} to {session.network.name}"
    with session.waiting(what, before=", before you run the same deploy again"):
        if session.network.name != "local":
            return deploy_coin(
                spec,
                chain,
                signer=session.signer,
                transactions=session.transactions,
                records=session.records,
                source_commit=source_commit(),
            )
        with Journal() as journal:
            return deploy_coin(
                spec, chain, signer=session.signer, transactions=TransactionManager(chain, journal=journal)
            )


def _chain(session: Session) -> Chain:
    from stablecoin_tools.chain import LocalChain

    return LocalChain() if session.network.name == "local" else session.chain


def _spec(wanted: dict[str, Any], signer: Address) -> CoinSpec:
    from stablecoin_tools.addresses import parse_address
    from stablecoin_tools.deployment import CoinSpec

    admin = parse_address(wanted["admin"]) if wanted["admin"] else signer
    try:
        salt = bytes.fromhex(wanted["salt"].removeprefix("0x"))
    except ValueError:
        raise UsageError("The salt is no hex.") from None
    return CoinSpec(
        name=wanted["name"],
        symbol=wanted["symbol"],
        currency=wanted["currency"],
        decimals=wanted["decimals"],
        admin=admin,
        admin_delay_seconds=wanted["admin_delay"],
        **{limit: wanted[limit] for limit in _LIMITS},
        roles=_roles(wanted["role_holders"], admin),
        salt=salt,
    )


def _roles(texts: tuple[str, ...], admin: Address) -> dict[Role, tuple[Address, ...]]:
    from stablecoin_tools.addresses import parse_address
    from stablecoin_tools.deployment import all_powers_of

    if not texts:
        return all_powers_of(admin)
    holders: dict[Role, tuple[Address, ...]] = {}
    for text in texts:
        name, separator, address = text.partition("=")
        if not separator or name not in Role.__members__:
            raise UsageError(f"Not ROLE=ADDRESS: {text!r}.", hint=f"Roles are {', '.join(Role.__members__)}.")
        holders[Role[name]] = (*holders.get(Role[name], ()), parse_address(address))
    return holders


def _words(planned: DeploymentPlan, network: Network, signer: Address) -> str:
    spec = planned.spec
    roles = "".join(f"\n  {role.name}: {', '.join(map(str, parties))}" for role, parties in spec.roles.items())
    return (
        f"deploy {spec.name} ({spec.symbol}, {spec.currency}, {spec.decimals} decimals) "
        f"to {network.name} (chain {network.chain_id})\n  at {planned.coin}, signed by {signer}"
        f"\n  admin: {spec.admin}, changing after {spec.admin_delay_seconds} s"
        f"\n  supply cap: {spec.supply_cap:,} {spec.symbol}"
        f"\n  all minters together: {spec.mint_limit:,} {spec.symbol} at once, "
        f"{spec.mint_limit_refill_per_day:,} {spec.symbol} back each day{roles}"
    )
