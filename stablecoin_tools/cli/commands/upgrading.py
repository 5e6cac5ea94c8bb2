"""`upgrade` and `lane`: the implementation, and who serves the holders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, Group, coin_options, sending_options, signing_options
from stablecoin_tools.cli.plans import call_words, show_network, write_file
from stablecoin_tools.cli.session import Session
from stablecoin_tools.cli.under_way import lines_before, refuse_other_plans
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.deployment import Implementation, Upgrade
    from stablecoin_tools.deployment.rehearsal import Reading

__all__ = ["lane", "upgrade"]

_VALID_HOURS: Final = 24
_CLOSES_LANE: Final = (
    "this closes the fast lane: from then on the new implementation serves the holders too, so it decides what every "
    "transfer does, and each costs more gas; the rollback opens the lane again"
)
_TOLD: Final = ("totalSupply", "pausedScopes", "supplyCap", "globalLimit", "defaultAdmin", "isLaneClosed")
"""What is shown of the rehearsal in any case."""


@click.command(cls=Command)
@click.option(
    "--contracts",
    type=click.Path(file_okay=False),
    default="contracts",
    show_default=True,
    help="The folder of the new implementation's Solidity sources.",
)
@click.option("--contract", default="Issuer", show_default=True, help="The new implementation's name.")
@click.option("--close-lane", is_flag=True, help="Let it serve the holders' functions too, in the same transaction.")
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    default=".",
    show_default=True,
    help="Where the plan is written, and beside it the one to roll it back.",
)
@click.option("--plan-only", is_flag=True, help="Write the plans and send nothing; no key is needed.")
@signing_options
@coin_options
def upgrade(contracts: str, contract: str, out: str, *, close_lane: bool, plan_only: bool, **options: Any) -> None:
    """Replace what serves the issuer's functions by what these sources compile to.

    First the storage and the interface are held against what is deployed, and the upgrade and its rollback are
    rehearsed by the node: but for the implementation, the coin must answer as before. Whatever forbids it is listed,
    and nothing is sent. Needs UPGRADER_ROLE, and a node that knows eth_simulateV1. With --plan-only it is rehearsed as
    a holder of that role, and the plan is for whoever holds it: a wallet, a Safe, a timelock, an offline key.

    \b
    Example:  stablecoin upgrade --network anvil --plan-only
              stablecoin apply upgrade-XSGD-anvil.json --safe 0x... --out batch.json
              stablecoin upgrade --contracts ../next/contracts --wallet upgrader --network sepolia
    """
    from stablecoin_tools.deployment import compile_implementation

    session = Session(**options)
    coin = session.coin  # before the compiler is started: it takes its time
    _say(f"compiling {contract} of {contracts} ...")
    new = compile_implementation(Path(contracts), contract)
    _say(f"rehearsing the upgrade of {coin.denomination.symbol} and its rollback ...")
    sender = None if plan_only else session.signer.address
    planned = _prepared(session, new, sender, Path(contracts), close_lane=close_lane)
    files = _written(session, planned, new, Path(out))
    if not session.as_json:
        _show(planned)
        click.echo(f"written: {files[0]}, and to roll it back {files[1]}")
    if not plan_only:
        _apply(session, planned, files[0])
    if session.as_json:
        show.write_json(_told(planned, files, is_applied=not plan_only))


def _prepared(
    session: Session, new: Implementation, sender: Address | None, contracts: Path, *, close_lane: bool
) -> Upgrade:
    from datetime import UTC, datetime, timedelta

    from stablecoin_tools.deployment import Implementations, UpgradeRefused, prepare_upgrade

    record = session.record_at(session.coin.address)
    try:
        return prepare_upgrade(
            session.coin,
            session.chain,
            new,
            known=Implementations(session.settings.deployments, contracts=contracts),
            sender=sender,
            now=datetime.now(UTC).replace(microsecond=0),
            valid_for=timedelta(hours=_VALID_HOURS),
            closes_lane=close_lane,
            created_in_block=record.block_number if record else 0,
        )
    except UpgradeRefused as refused:
        for finding in refused.findings:
            _say(f"  {'forbids' if finding.forbids else 'look at'}: {finding}")
        raise


def _written(session: Session, planned: Upgrade, new: Implementation, folder: Path) -> tuple[str, str]:
    """Writes both plans, and what the next upgrade must know of this one."""
    from stablecoin_tools.deployment import Implementations

    Implementations(session.settings.deployments).write(new)
    name = f"{session.coin.denomination.symbol}-{session.network.name}.json"
    plans = {folder / f"upgrade-{name}": planned.plan, folder / f"rollback-{name}": planned.rollback}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder} is no folder to write to: {error.strerror}. Nothing was sent.") from error
    for path, plan in plans.items():
        write_file(str(path), plan.as_text())
    there, back = map(str, plans)
    return there, back


def _show(planned: Upgrade) -> None:
    readings = [each for each in planned.readings if _is_told(each)]
    rows = [
        (str(each.question), each.before, "the same" if each.before == each.after else each.after) for each in readings
    ]
    title = f"rehearsed: {len(planned.readings)} questions to the coin"
    show.table(title, ("asked", "before", "after"), rows)
    same = sum(each.before == each.after == each.again for each in planned.readings)
    click.echo(f"{same} answers are the same before, after, and once it is rolled back")
    for warning in planned.warnings:
        click.echo(f"look at: {warning}")
    if planned.closes_lane:
        click.echo(_CLOSES_LANE)
    for network in planned.plan.networks:
        show_network(network, None)


def _is_told(reading: Reading) -> bool:
    return reading.before != reading.after or reading.question.function.partition("(")[0] in _TOLD


def _apply(session: Session, planned: Upgrade, file: str) -> None:
    """Asks, and does the plan; what `stablecoin apply` does with its file is the same."""
    from stablecoin_tools.deployment import apply_network

    (network,) = planned.plan.networks
    refuse_other_plans(session, planned.plan, [session.signer.address])
    words = [
        f"{index + 1}. {step.call.description}\n     {call_words(network, index)}"
        for index, step in enumerate(network.steps)
    ]
    looks = [f"look at: {warning}" for warning in planned.warnings] + [_CLOSES_LANE] * planned.closes_lane
    symbol, address = session.coin.denomination.symbol, session.coin.address
    session.confirm(
        "\n  ".join([f"upgrade {symbol} at {address} on {network.network} (chain {network.chain_id})", *looks, *words])
        + f"\n{lines_before(session, [session.signer.address])}  signed by {session.signer.address}"
    )
    with session.waiting(f"upgrading {symbol} on {network.network}", before=f", before `stablecoin apply {file}`"):
        apply_network(
            planned.plan,
            network,
            session.chain,
            signers={session.signer.address: session.signer},
            transactions=session.transactions,
            announce=lambda task: _say(f"  {task.index + 1}. {task.step.call.description}"),
        )
    if not session.as_json:
        click.echo(f"upgraded: {planned.replacement} stands behind {symbol}, in place of {planned.implementation}")


def _told(planned: Upgrade, files: tuple[str, str], *, is_applied: bool) -> dict[str, Any]:
    return {
        "implementation": planned.implementation,
        "replacement": planned.replacement,
        "closes_lane": planned.closes_lane,
        "is_applied": is_applied,
        "warnings": [str(warning) for warning in planned.warnings],
        "plan": files[0],
        "rollback": files[1],
        "rehearsed": [
            {"asked": str(each.question), "before": each.before, "after": each.after, "rolled_back": each.again}
            for each in planned.readings
        ],
    }


def _say(words: str) -> None:
    click.echo(words, err=True)


@click.group(cls=Group)
def lane() -> None:
    """Let the implementation serve the holders' functions, or the proxy again."""


@lane.command()
@sending_options
@coin_options
def close(**options: Any) -> None:
    """Send the holders' functions to the implementation, which must say that it serves them all.

    \b
    Example:  stablecoin lane close --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.close_lane())


@lane.command("open")
@sending_options
@coin_options
def open_lane(**options: Any) -> None:
    """Serve the holders' functions from the proxy again.

    \b
    Example:  stablecoin lane open --network anvil
    """
    session = Session(**options)
    session.transact(session.coin.calls.open_lane())
