"""`plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, common_options
from stablecoin_tools.cli.plans import description_at, file_option, keep, show_network, write_file
from stablecoin_tools.cli.session import Session
from stablecoin_tools.cli.under_way import begun_by, words
from stablecoin_tools.errors import ChainError, ConfigError, StablecoinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment import Description, NetworkPlan, Planned

__all__ = ["plan"]

_ERROR, _DIFFERENT = 1, 2  # what terraform's `plan -detailed-exitcode` ends with


class _PlanCommand(Command):
    """With --detailed-exitcode, whatever fails ends with 1: 2 says that there is something to do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the options."""
        try:
            return super().parse_args(ctx, list(args))
        except click.UsageError as error:
            if "--detailed-exitcode" not in args:
                raise
            error.show()
            raise Exit(_ERROR) from error

    def exit_code(self, error: StablecoinError, ctx: click.Context) -> int:
        """With what it ends after an error."""
        return _ERROR if ctx.params["detailed_exitcode"] else super().exit_code(error, ctx)


@click.command(cls=_PlanCommand)
@file_option
@click.option("--out", type=click.Path(dir_okay=False), help="Where to write the plan, for `stablecoin apply`.")
@click.option("--valid-hours", default=24, show_default=True, type=click.IntRange(1, 24 * 30), help="Until it expires.")
@click.option("--detailed-exitcode", is_flag=True, help="End with 0: nothing to do, 1: error, 2: something to do.")
@common_options
def plan(
    description_file: str,
    out: str | None,
    valid_hours: int,
    network: str | None,
    *,
    detailed_exitcode: bool,
    as_json: bool,
) -> None:
    """Compare the description file with the chains, and show what it takes to make them alike. Nothing is sent.

    All networks that the file names are looked at, or the one that --network names.

    \b
    Example:  stablecoin plan --out plan.json
              stablecoin plan --network sepolia --detailed-exitcode
    """
    if out is not None:
        keep(out, description_file)
    description = description_at(description_file)
    assert description is not None  # noqa: S101  # it is needed
    planned, under_way = _planned(description, network, valid_hours)
    if out is not None:
        write_file(out, planned.plan.as_text())
    if as_json:
        remarks = [{"network": one.network, "coin": one.coin, "remark": one.words} for one in planned.remarks]
        show.write_json({"plan": planned.plan.as_json(), "remarks": remarks, "under_way": under_way})
    else:
        _show(planned, description, out)
        for line in under_way:
            click.echo(f"under way, and perhaps mined before any of this: {line}")
    if detailed_exitcode and not planned.is_as_described:
        raise Exit(_DIFFERENT)


def _planned(description: Description, network: str | None, valid_hours: int) -> tuple[Planned, list[str]]:
    """The plan, and which steps of plans before it are under way."""
    from datetime import UTC, datetime, timedelta

    from stablecoin_tools.deployment import make_plan

    names = description.networks if network is None else (network,)
    if unknown := [name for name in names if name not in description.networks]:
        raise UsageError(
            f"The file names no network {unknown[0]!r}.", hint=f"It names {', '.join(description.networks)}."
        )
    sessions = {name: _session_on(name) for name in names}
    chains = {name: _reached(session) for name, session in sessions.items()}
    records = next(iter(sessions.values())).records
    planned = make_plan(
        description,
        chains,
        records,
        now=datetime.now(UTC).replace(microsecond=0),
        valid_for=timedelta(hours=valid_hours),
    )
    return planned, [line for session in sessions.values() for line in _under_way(session)]


def _under_way(session: Session) -> list[str]:
    try:
        return [f"{session.network.name}: {words(intent)}" for intent in begun_by(session, None)]
    except ConfigError as error:  # a plan needs no journal
        click.echo(f"nobody looked what is under way on {session.network.name}: {error}", err=True)
        return []


def _session_on(name: str) -> Session:
    """On a network that the file names; the error of one that nobody knows says where it is named."""
    session = Session(name)
    try:
        session.settings.find_network(name)
    except StablecoinError as error:
        raise type(error)(f"[networks.{name}] of the file: {error}", hint=error.hint) from error
    return session


def _reached(session: Session) -> Chain:
    """The network's node, which answers; the error of one that does not says of which network."""
    try:
        session.chain.chain_id()
    except ChainError as error:
        error.hint = f"It is the node of {session.network.name}. {error.hint}".rstrip()
        raise
    return session.chain


def _pauses(network: NetworkPlan, description: Description) -> Iterator[str]:
    """What is stopped and left so, for the file says nothing of it."""
    for symbol, coin in network.coins.items():
        paused = [fact.partition(".")[2] for fact in sorted(coin.before) if fact.startswith("paused.")]
        if paused and description.coins[symbol].paused is None:
            yield f"{symbol} on {network.network} is paused, and stays so: {', '.join(paused)}"


def _show(planned: Planned, description: Description, out: str | None) -> None:
    for network in planned.plan.networks:
        show_network(network, description)
        for line in _pauses(network, description):
            click.echo(line)
    for remark in planned.remarks:
        click.echo(f"not mended by this plan: {remark.coin} on {remark.network}: {remark.words}")
    if planned.plan.is_empty:
        click.echo("Everything is as the file says." if planned.is_as_described else "There is nothing to apply.")
        return
    click.echo(f"Plan {planned.plan.hash}, valid until {planned.plan.expires_at:%Y-%m-%d %H:%M} UTC.")
    click.echo(f"To do it: stablecoin apply {out}" if out else "To keep it: stablecoin plan --out plan.json")
