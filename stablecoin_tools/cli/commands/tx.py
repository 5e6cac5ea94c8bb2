"""What was sent, how it stands, and how it goes on.

`tx list | show | explain | resume | cancel | close-gap | verify-log`
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Group, common_options, final_option, signing_options, wallet_options
from stablecoin_tools.cli.reading import readable
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import ChainError, ConfigError, Moved, StablecoinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.transactions import Intent, LogEntry, Proof, Stage
    from stablecoin_tools.transactions.explaining import Sight

__all__ = ["LogBroken", "TooLate", "tx"]

_STAGES = ("queued", "pending", "mined", "safe", "finalized", "cancelled")
_MOST = 10_000
_STAGES_HELP = (
    "Only these; as often as needed. cancelled: also where a no-op was mined in its place, "
    f"of the newest {_MOST:,} that were mined."
)
_REF = click.argument("reference", metavar="REF")


class TooLate(StablecoinError):
    """It was mined before it could be cancelled."""


class LogBroken(StablecoinError):
    """The journal is not as its log says."""

    hint = "Nothing was changed. Compare with a copy of the journal, or with the chain, before you rely on it."


@click.group(cls=Group)
def tx() -> None:
    """Look at what was sent, go on with it, or cancel it: the journal knows it by its reference."""


@tx.command("list")
@click.option("--stage", "stages", type=click.Choice(_STAGES), multiple=True, help=_STAGES_HELP)
@click.option("--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, help="How many at most.")
@common_options
def list_transactions(stages: tuple[str, ...], limit: int, network: str | None, *, as_json: bool) -> None:
    """List what was taken in last, newest first. Only on development chains is a node needed.

    \b
    Example:  stablecoin tx list --network anvil
              stablecoin tx list --stage pending --stage queued --network sepolia --json
    """
    from stablecoin_tools.cli.intents import stage_words, summary
    from stablecoin_tools.transactions import Stage

    session = Session(network, as_json=as_json)
    wanted = tuple(Stage[stage.upper()] for stage in stages) or tuple(Stage)
    found = _newest(session, wanted, limit)
    known = [(intent, summary(intent, session.journal.log(session.chain_name, intent.reference))) for intent in found]
    if as_json:
        show.write_json([row for _, row in known])
        return
    rows = [
        (
            row["reference"],
            stage_words(intent),
            "none" if intent.nonce is None else str(intent.nonce),
            "\n".join([row["description"] or "a call", f"by {row['sender']}", row["transaction_hash"] or "not signed"]),
            (row["changed_at"] or "")[:_TO_THE_SECOND].replace("T", " "),
        )
        for intent, row in known
    ]
    columns = ("reference", "stage", "nonce", "what", "changed at, UTC")
    show.table(f"sent on {session.network.name}", columns, rows or [("none", "", "", "", "")])


@tx.command("show")
@_REF
@common_options
def show_transaction(reference: str, network: str | None, *, as_json: bool) -> None:
    """Show everything that the journal knows under REF: payload, attempts, receipt, and who did what when and why.

    \b
    Example:  stablecoin tx show order-42 --network anvil
    """
    from stablecoin_tools.cli.intents import everything, stage_words

    session = Session(network, as_json=as_json, ref=reference)
    intent, history = session.intent(), session.journal.log(session.chain_name, reference)
    known = everything(intent, history)
    if as_json:
        show.write_json(known)
        return
    attempts, facts = (
        known.pop("attempts"),
        {**known, "stage": stage_words(intent).replace("\n", " "), "data": show.plain(known["data"])},
    )
    del facts["history"], facts["is_being_cancelled"], facts["was_cancelled"]
    show.facts(f"{reference} on {session.network.name}", facts, as_json=False)
    _show_attempts(attempts)
    _show_history(history)


@tx.command()
@_REF
@common_options
def explain(reference: str, network: str | None, *, as_json: bool) -> None:
    """Say in plain sentences how REF stands, what it waits for, and what to do next.

    \b
    Example:  stablecoin tx explain order-42 --network anvil
    """
    from stablecoin_tools.transactions import explaining

    session = Session(network, as_json=as_json, ref=reference)
    intent, history = session.intent(), session.journal.log(session.chain_name, reference)
    lane = session.journal.look(session.chain_name, intent.sender, owner="")
    sight, trouble = _look(session, intent)
    told = explaining.explain(intent, lane, history, sight, session.network)
    told[-1:-1] = [f"The node does not say more: {trouble}"] if trouble else []
    command = _command_for(session, intent)
    if as_json:
        node = None if sight is None else {name: value for name, value in asdict(sight).items() if name in _COUNTS}
        known = {"reference": reference, "stage": intent.stage.name.lower(), "nonce": intent.nonce, "node": node}
        show.write_json({**known, "told": told, "command": command})
        return
    click.echo(f"{reference}: {_called(intent)}")
    for sentence in (*map(readable, told), *([command] if command else [])):
        click.echo(f"  {sentence}")


@tx.command()
@_REF
@wallet_options
@final_option
@common_options
def resume(reference: str, **options: Any) -> None:
    """Go on with REF until it is mined: what was signed is published again, and nothing is done a second time.

    \b
    Example:  stablecoin tx resume order-42 --network anvil
    """
    from stablecoin_tools.cli import sending

    session = Session(**options, ref=reference)
    show.sent(sending.resume(session, sending.own_intent(session)), session.network, as_json=session.as_json)


@tx.command()
@_REF
@signing_options
@final_option
@common_options
def cancel(reference: str, **options: Any) -> None:
    """Put a transaction that does nothing in the place of REF, and say which of the two was mined.

    \b
    Example:  stablecoin tx cancel order-42 --network anvil
    """
    from stablecoin_tools.cli.sending import own_intent, say_if_held
    from stablecoin_tools.transactions import Stage

    session = Session(**options, ref=reference, verb="cancel")
    intent = own_intent(session)
    if intent.stage in (Stage.QUEUED, Stage.PENDING) and not intent.is_being_cancelled:
        session.confirm(_what_cancelling_does(session, intent), is_under_way=True)
    say_if_held(session, intent)
    with session.waiting(f"cancelling {reference}", known=intent):
        cancelled = session.transactions.cancel(reference, signer=session.signer, until=session.until)
    _show_cancelled(session, cancelled)


@tx.command("close-gap")
@signing_options
@final_option
@common_options
def close_gap(**options: Any) -> None:
    """Take nonces that nobody uses, before those of what waits, by transactions that do nothing.

    Such a gap is left where another program sent with the same key, and the nodes forgot what it sent. Only if nothing
    else sends with this key: this would take the place of its transactions.

    \b
    Example:  stablecoin tx close-gap --network anvil --wallet treasury
    """
    session = Session(**options, verb="cancel")
    sender = session.signer.address
    gap = session.transactions.gap(sender)
    if not gap:
        _show_closed(session, [])
        return
    nonces = f"nonce {gap[0]}" if len(gap) == 1 else f"nonces {gap[0]} to {gap[-1]}"
    session.confirm(
        f"take {nonces} of {sender} on {session.network.name} (chain {session.network.chain_id})\n"
        "  by a transaction each that does nothing; what waits behind can be mined then\n"
        "  if another program still sends with this key, its transactions there are lost"
    )
    with session.waiting(f"closing the gap of {sender}"):
        _show_closed(session, session.transactions.close_gap(signer=session.signer, until=session.until))


@tx.command("verify-log")
@common_options
def verify_log(network: str | None, *, as_json: bool) -> None:
    """Check the journal's log, lane by lane, from its first entry; with --network, only that chain's lanes.

    It needs no node. Who can rewrite the whole journal can rewrite its log too: keep the newest hashes elsewhere.

    \b
    Example:  stablecoin tx verify-log
    """
    session = Session(network, as_json=as_json)
    proofs = list(session.journal.verify())
    if network is not None:
        proofs = [proof for proof in proofs if proof.chain.split("/")[0] == str(session.network.chain_id)]
    _show_proofs(proofs, as_json=as_json)
    faults = sum(len(proof.faults) for proof in proofs)
    if faults:
        raise LogBroken(f"The journal is not as its log says; faults: {faults}.")


_TO_THE_SECOND = len("2026-01-31T12:30:59")
_COUNTS = ("newest", "final", "used", "final_used", "pooled")


def _newest(session: Session, stages: tuple[Stage, ...], limit: int) -> list[Intent]:
    """What was taken in last; a no-op that is mined is kept as mined, and for people it is cancelled too."""
    from stablecoin_tools.transactions import Stage

    if Stage.CANCELLED not in stages or set(stages) == set(Stage):
        return session.journal.newest(session.chain_name, stages=stages, limit=limit)
    perhaps = (*stages, Stage.MINED, Stage.SAFE, Stage.FINALIZED)
    found = session.journal.newest(session.chain_name, stages=perhaps, limit=_MOST)
    return [intent for intent in found if intent.stage in stages or intent.was_cancelled][:limit]


def _look(session: Session, intent: Intent) -> tuple[Sight | None, str]:
    from stablecoin_tools.transactions.explaining import look

    try:
        return look(session.chain, intent), ""
    except (ChainError, ConfigError) as error:  # what the journal knows can be told without a node
        return None, str(error)


def _command_for(session: Session, intent: Intent) -> str | None:
    """By what it goes on; once it is mined, until it is final."""
    if intent.is_settled:
        return None
    is_mined = intent.receipt is not None
    is_cancelled = intent.was_cancelled if is_mined else intent.is_being_cancelled
    return session.command("cancel" if is_cancelled else "resume", intent.reference, is_final=is_mined)


def _called(intent: Intent) -> str:
    return readable(intent.call.description) or "a call"


def _what_cancelling_does(session: Session, intent: Intent) -> str:
    what = f"cancel {_called(intent)}, reference {intent.reference}, on {session.network.name}\n"
    if intent.nonce is None:
        return f"{what}  it is not signed yet: nothing is sent, unless another process signs it first"
    return (
        f"{what}  by a transaction that does nothing, with a higher fee, at the same nonce {intent.nonce}\n"
        "  only one of the two can be mined; it may still be the other one, and then that is said\n"
        f"  signed by {session.signer.address}"
    )


def _show_cancelled(session: Session, intent: Intent) -> None:
    from stablecoin_tools.transactions import Stage

    receipt, what = intent.receipt, _called(intent)
    where = "" if receipt is None else f"transaction {receipt.transaction_hash} in block {receipt.block_number:,}"
    if not intent.was_cancelled:
        to_prove = f"To have it proven final: {session.command('resume', intent.reference, is_final=True)}"
        error = TooLate(
            f"Not cancelled: {what}, reference {intent.reference!r}, was mined: {where}.",
            hint="It is final." if intent.is_settled else to_prove,
        )
        error.moved = Moved.YES if receipt is not None and receipt.succeeded else Moved.NO
        raise error
    is_final = intent.stage in (Stage.FINALIZED, Stage.CANCELLED)
    if session.as_json:
        known = {"transaction_hash": receipt.transaction_hash, "block_number": receipt.block_number} if receipt else {}
        show.write_json({"cancelled": what, "reference": intent.reference, "is_final": is_final, **known})
        return
    click.echo(f"cancelled: {what}")
    click.echo(f"  the no-op was mined instead: {where}" if where else "  nothing of it can be mined any more")
    click.echo(f"  reference {intent.reference}")
    if not is_final:
        click.echo("  a reorganisation may undo that until it is final: wait with --final before you ask for it anew")


def _show_closed(session: Session, closed: Sequence[Intent]) -> None:
    if session.as_json:
        rows = [(one.nonce, one.reference, one.transaction_hashes[-1], one.was_cancelled) for one in closed]
        keys = ("nonce", "reference", "transaction_hash", "is_closed")
        show.write_json({"closed": [dict(zip(keys, row, strict=True)) for row in rows]})
        return
    for one in closed:
        where = "others used it meanwhile"
        if one.receipt is not None:
            where = f"transaction {one.receipt.transaction_hash} in block {one.receipt.block_number:,}"
        click.echo(f"closed: {where}, reference {one.reference}")
    if not closed:
        click.echo(f"no gap: nothing of {session.signer.address} waits behind a nonce that nobody uses")


def _show_attempts(attempts: Sequence[dict[str, Any]]) -> None:
    rows = [
        (one["transaction_hash"], one["max_fee_gwei"], one["tip_gwei"], "no-op" if one["is_noop"] else "itself")
        for one in attempts
    ]
    columns = ("attempt", "gas price at most, gwei", "tip, gwei", "does")
    show.table("attempts, oldest first", columns, rows or [("none", "", "", "")])


def _show_history(history: Sequence[LogEntry]) -> None:
    from stablecoin_tools.cli.intents import what_happened

    rows = [(entry.at, entry.who, what_happened(entry)) for entry in history]
    show.table("history", ("when", "who", "what"), rows)


def _show_proofs(proofs: Sequence[Proof], *, as_json: bool) -> None:
    if as_json:
        show.write_json([{**asdict(proof), "is_intact": not proof.faults} for proof in proofs])
        return
    rows = [
        (f"{proof.chain}\n{proof.sender}", str(proof.entries), f"{proof.head}\n" + ("\n".join(proof.faults) or "OK"))
        for proof in proofs
    ]
    show.table("the journal's log", ("lane", "entries", "newest hash"), rows or [("none", "", "")])
