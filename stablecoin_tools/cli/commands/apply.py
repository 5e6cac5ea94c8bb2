"""`apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, common_options, signing_options
from stablecoin_tools.cli.plans import description_at, file_option, open_wallets, plan_at, show_network, wallets_at_hand
from stablecoin_tools.cli.reading import readable
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from stablecoin_tools.deployment import Description, NetworkPlan, Plan, Readiness
    from stablecoin_tools.deployment.applying import Task

__all__ = ["apply"]


@click.command(cls=Command)
@click.argument("plan_file", metavar="PLAN", type=click.Path(dir_okay=False))
@file_option
@click.option("--safe", metavar="ADDRESS", help="Write what this Safe can do as a batch for its Transaction Builder.")
@click.option(
    "--safe-nonce", type=click.IntRange(0), help="Its number in the Safe's queue; the next one, if not given."
)
@click.option(
    "--timelock", metavar="ADDRESS", help="Schedule what this timelock can do, or execute it; for --safe too."
)
@click.option("--offline", metavar="ADDRESS", help="Write what this account can do, for `stablecoin sign` elsewhere.")
@click.option("--out", type=click.Path(dir_okay=False), help="Where that file goes.")
@signing_options
@common_options
def apply(plan_file: str, description_file: str, network: str | None, **options: Any) -> None:
    """Do exactly what the PLAN says, each step once; run again, it goes on from where it was.

    Each step is signed by the named wallet, or by one of the file's [signers] that may. Before anything is sent, all
    steps are tried on the chain's present state; if the chain has moved away from what was planned, nothing is sent.
    What a Safe, a timelock or an offline key is to do is handed to it, up to the first step that it cannot.

    \b
    Example:  stablecoin apply plan.json --wallet deployer
              stablecoin apply plan.json --safe 0x... --out batch.json
              stablecoin apply plan.json --timelock 0x... --wallet proposer
              stablecoin apply plan.json --offline 0x... --out unsigned.json
    """
    executors = {name: options.pop(name) for name in ("safe", "safe_nonce", "timelock", "offline", "out")}
    plan = plan_at(plan_file)
    description = description_at(description_file, is_needed=False)
    parts = [part for part in plan.networks if network in (None, part.network)]
    if not parts:
        raise UsageError(f"The plan is not for {network}: it is for {', '.join(one.network for one in plan.networks)}.")
    if any(executors[name] for name in ("safe", "timelock", "offline")):
        _hand_over(plan, parts, executors, options)
        return
    ended = {part.network: _apply(plan, part, description, options) for part in parts}
    if options["as_json"]:
        show.write_json({"plan": plan.hash, "networks": {name: _told(ready) for name, ready in ended.items()}})


def _hand_over(plan: Plan, parts: list[NetworkPlan], executors: dict[str, Any], options: dict[str, Any]) -> None:
    from stablecoin_tools.addresses import parse_address
    from stablecoin_tools.cli.executors import Handing, offline, safe, timelock

    if len(parts) > 1:
        raise UsageError("A file is for one network.", hint=f"Add --network {parts[0].network}.")
    (part,) = parts
    at = {name: parse_address(executors[name]) for name in ("safe", "timelock", "offline") if executors[name]}
    if "offline" in at and len(at) > 1:
        raise UsageError("An offline key is no Safe and no timelock: name one of them.")
    handing = Handing(Session(part.network, **options), plan, part, executors["out"], executors["safe_nonce"])
    if "timelock" in at:
        timelock(handing, at["timelock"], at.get("safe"))
    elif "safe" in at:
        safe(handing, at["safe"])
    else:
        offline(handing, at["offline"])


def _apply(plan: Plan, part: NetworkPlan, description: Description | None, options: dict[str, Any]) -> Readiness:
    from stablecoin_tools.cli.checkout import source_commit
    from stablecoin_tools.deployment import apply_network, make_ready, nobody_can, under_way

    session = Session(part.network, **options)
    wallets = wallets_at_hand(session, description)
    ready = make_ready(part, session.chain, list(wallets))
    if ready.tasks and not ready.doable:
        raise nobody_can(part, ready.tasks[0])
    if ready.tasks:
        _ask(session, part, description, ready)
    needed = [task.sender for task in ready.doable if task.sender is not None]
    needed += [intent.sender for intent in under_way(plan, part, session.transactions, done=ready.done)]
    with session.waiting(f"applying the plan to {part.network}", before=", before you apply the same plan again"):
        ready = apply_network(
            plan,
            part,
            session.chain,
            signers=open_wallets(session, wallets, needed),
            transactions=session.transactions,
            records=session.records,
            source_commit=source_commit(),
            announce=lambda task: _say(session, f"  {_words(task)}"),
        )
    _say(session, f"{part.network}: {ready.done} of {len(part.steps)} steps are done")
    if ready.stuck is not None:
        raise nobody_can(part, ready.stuck, has_moved=True)
    return ready


def _ask(session: Session, part: NetworkPlan, description: Description | None, ready: Readiness) -> None:
    if not session.as_json:
        show_network(part, description)
    done = f", {ready.done} are done" if ready.done else ""
    tried = "each was tried on the present state" if ready.is_simulated else "the node cannot try them beforehand"
    signed = "\n".join(f"  {_words(task)}" for task in ready.doable)
    later = f"\n  the {len(ready.tasks) - len(ready.doable)} after them need others" if ready.stuck else ""
    session.confirm(f"{len(part.steps)} steps on {part.network}{done}; to be sent now ({tried}):\n{signed}{later}")


def _words(task: Task) -> str:
    return f"{task.index + 1}. {readable(task.step.call.description)}, by {task.sender}"


def _say(session: Session, words: str) -> None:
    click.echo(words, err=session.as_json)


def _told(ready: Readiness) -> dict[str, int]:
    return {"done": ready.done, "left": len(ready.tasks)}
