"""`apply`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, common_options, signing_options
from stablecoin_tools.cli.plans import (
    DEFAULT_FILE,
    call_words,
    description_at,
    file_option,
    keep,
    open_wallets,
    plan_at,
    show_network,
    wallets_at_hand,
)
from stablecoin_tools.cli.reading import readable
from stablecoin_tools.cli.session import Session
from stablecoin_tools.cli.under_way import lines_before, refuse_other_plans, still_current
from stablecoin_tools.errors import Moved, StablecoinError, UsageError

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.deployment import Description, NetworkPlan, Plan, Readiness
    from stablecoin_tools.deployment.progress import Task

__all__ = ["apply"]


@click.command(cls=Command)
@click.argument("plan_file", metavar="PLAN", type=click.Path(dir_okay=False))
@file_option
@click.option("--dry-run", is_flag=True, help="Try all steps on a fork of the chain by anvil, without any key.")
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
    steps that these can sign are tried on the chain's present state, if the node can (eth_simulateV1); if the chain has
    moved away from what was planned, nothing is sent.
    What a Safe, a timelock or an offline key is to do is handed to it, up to the first step that it cannot.

    \b
    Example:  stablecoin apply plan.json --wallet deployer
              stablecoin apply plan.json --dry-run
              stablecoin apply plan.json --safe 0x... --out batch.json
              stablecoin apply plan.json --timelock 0x... --wallet proposer
              stablecoin apply plan.json --offline 0x... --out unsigned.json
    """
    is_dry_run = options.pop("dry_run")
    executors = {name: options.pop(name) for name in ("safe", "safe_nonce", "timelock", "offline", "out")}
    _check_combination(executors, is_dry_run=is_dry_run)
    is_handed_over = any(value is not None for value in executors.values())
    # A timelock does later what it was told in time, and steps that are under way may be mined yet: they look at that.
    plan = plan_at(plan_file, may_be_late=executors["timelock"] is not None or not (is_dry_run or is_handed_over))
    description = description_at(description_file, is_needed=description_file != DEFAULT_FILE)
    if executors["out"] is not None:
        keep(executors["out"], plan_file, description_file)
    parts = [part for part in plan.networks if network in (None, part.network)]
    if not parts:
        raise UsageError(f"The plan is not for {network}: it is for {', '.join(one.network for one in plan.networks)}.")
    if is_dry_run:
        _try_out(plan, parts, description, options)
        return
    if is_handed_over:
        _hand_over(plan, parts, executors, options)
        return
    ended = _apply_all(plan, parts, description, options)
    if options["as_json"]:
        show.write_json({"plan": plan.hash, "networks": {name: _told(ready) for name, ready in ended.items()}})


def _try_out(plan: Plan, parts: list[NetworkPlan], description: Description | None, options: dict[str, Any]) -> None:
    from stablecoin_tools.cli.checkout import anvil_path
    from stablecoin_tools.deployment import dry_run
    from stablecoin_tools.testing import fork_of

    told: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        session = Session(part.network, **options)
        url = session.settings.rpc_url(session.network)
        with fork_of(url, session.network, path=anvil_path()) as fork:
            tried = list(dry_run(part, fork))
        told[part.network] = [
            {
                "step": one.index + 1,
                "what": readable(one.step.call.description),
                "sent_as": "anybody" if one.sender is None else _name(one.sender, description),
                "gas": one.gas_used,
            }
            for one in tried
        ]
    if options["as_json"]:
        show.write_json({"plan": plan.hash, "networks": told})
        return
    for name, steps in told.items():
        gas = sum(step["gas"] for step in steps)
        title = f"tried on a fork of {name}: {gas:,} gas in all; nothing was sent"
        rows = [(str(step["step"]), step["what"], step["sent_as"], f"{step['gas']:,}") for step in steps]
        show.table(title, ("step", "what", "sent as", "gas"), rows)


def _name(account: Address, description: Description | None) -> str:
    return description.alias_of(account) if description else str(account)


def _hand_over(plan: Plan, parts: list[NetworkPlan], executors: dict[str, Any], options: dict[str, Any]) -> None:
    from stablecoin_tools.addresses import parse_address
    from stablecoin_tools.cli.executors import Handing, offline, safe, timelock

    if len(parts) > 1:
        raise UsageError("What is handed over is for one network.", hint=f"Add --network {parts[0].network}.")
    (part,) = parts
    named = {name: executors[name] for name in ("safe", "timelock", "offline")}
    at = {name: parse_address(address) for name, address in named.items() if address is not None}
    handing = Handing(Session(part.network, **options), plan, part, executors["out"], executors["safe_nonce"])
    if "timelock" in at:
        timelock(handing, at["timelock"], at.get("safe"))
    elif "safe" in at:
        safe(handing, at["safe"])
    else:
        offline(handing, at["offline"])


def _check_combination(executors: dict[str, Any], *, is_dry_run: bool) -> None:
    """Who forgot by whom a plan is done, or said it twice, is told before anything is sent."""
    given = {name for name, value in executors.items() if value is not None}
    if is_dry_run and given:
        raise UsageError("A dry run tries each step as whoever may send it: name no one else, and no file.")
    if "out" in given and not given & {"safe", "offline"}:
        raise UsageError("--out is where a file goes for a Safe or an offline key: neither is named.")
    if "safe_nonce" in given and "safe" not in given:
        raise UsageError("--safe-nonce is a number of a Safe's queue: no Safe is named.")
    if "offline" in given and given & {"safe", "timelock"}:
        raise UsageError("An offline key is no Safe and no timelock: name one of them.")


def _apply_all(
    plan: Plan, parts: list[NetworkPlan], description: Description | None, options: dict[str, Any]
) -> dict[str, Readiness]:
    """One network after the other; before anything is sent on the first, all are looked at."""
    from stablecoin_tools.deployment import make_ready

    for part in parts[1:]:
        session = Session(part.network, **options)
        with still_current(session, plan):
            make_ready(part, session.chain, list(wallets_at_hand(session, description)))
    ended: dict[str, Readiness] = {}
    sent: list[str] = []
    for part in parts:
        try:
            ended[part.network], count = _apply(plan, part, description, options)
        except StablecoinError as error:
            if sent and error.moved is Moved.NO:
                error.moved = Moved.YES
                error.hint = f"Steps on {', '.join(sent)} are done. Apply the same plan again: it goes on from there."
            raise
        sent += [part.network] if count else []
    return ended


def _apply(
    plan: Plan, part: NetworkPlan, description: Description | None, options: dict[str, Any]
) -> tuple[Readiness, int]:
    """How far it is done on one network then, and how many steps were sent now."""
    from stablecoin_tools.cli.checkout import source_commit
    from stablecoin_tools.deployment import apply_network, make_ready, nobody_can, under_way

    session = Session(part.network, **options)
    wallets = wallets_at_hand(session, description)
    with still_current(session, plan):
        ready = make_ready(part, session.chain, list(wallets))
    if ready.tasks and not ready.doable:
        raise nobody_can(part, ready.tasks[0])
    needed = list(dict.fromkeys(task.sender for task in ready.doable if task.sender is not None))
    refuse_other_plans(session, plan, needed)
    if ready.tasks:
        _ask(session, plan, part, description, ready)
        with still_current(session, plan):  # the answer may have been long in coming
            pass
    needed += [intent.sender for intent in under_way(plan, part, session.transactions, done=ready.done)]
    with session.waiting(f"applying the plan to {part.network}", before=", unless you apply the same plan again"):
        ended = apply_network(
            plan,
            part,
            session.chain,
            signers=open_wallets(session, wallets, needed),
            transactions=session.transactions,
            records=session.records,
            source_commit=source_commit(),
            announce=lambda task: _say(session, f"  {_words(task)}"),
        )
    done = f"{ended.done} of {len(part.steps)} steps are done" if ready.tasks else "the coins stand so already"
    _say(session, f"{part.network}: {done}")
    if ended.stuck is not None:
        raise nobody_can(part, ended.stuck, has_moved=True)
    return ended, len(ready.doable)


def _ask(session: Session, plan: Plan, part: NetworkPlan, description: Description | None, ready: Readiness) -> None:
    if not session.as_json:
        show_network(part, description)
    done = f", {ready.done} are done" if ready.done else ""
    tried = "each was tried on the present state" if ready.is_simulated else "the node cannot try them beforehand"
    signed = "\n".join(f"  {_words(task)}\n     {call_words(part, task.index)}" for task in ready.doable)
    later = f"\n  the {len(ready.tasks) - len(ready.doable)} after them need others" if ready.stuck else ""
    steps = f"{len(part.steps)} steps on {part.network}{done}; to be sent now ({tried})"
    first = lines_before(session, [task.sender for task in ready.doable if task.sender is not None])
    session.confirm(f"Plan {plan.hash}\n{steps}:\n{first}{signed}{later}")


def _words(task: Task) -> str:
    return f"{task.index + 1}. {readable(task.step.call.description)}, by {task.sender}"


def _say(session: Session, words: str) -> None:
    click.echo(words, err=session.as_json)


def _told(ready: Readiness) -> dict[str, int]:
    return {"done": ready.done, "left": len(ready.tasks)}
