"""One transaction of a command, from its reference to its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from stablecoin_tools.cli.reading import readable
from stablecoin_tools.cli.under_way import before
from stablecoin_tools.errors import OutcomeUnknown, Reverted, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import Call, Receipt
    from stablecoin_tools.cli.session import Session
    from stablecoin_tools.token import Event
    from stablecoin_tools.transactions import Intent

__all__ = ["Sent", "own_intent", "resume", "say_if_held", "submit"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was done, under which reference.

    Attributes:
        call: What was done.
        receipt: Of the transaction that did it.
        events: The coin's events in it; none, if what was called is no recorded coin.
        reference: What it was done under.
        was_done: Whether it was done already: then it was only looked up.
    """

    call: Call
    receipt: Receipt
    events: Sequence[Event]
    reference: str
    was_done: bool = False


def submit(session: Session, plain: Call, call: Call, details: Sequence[str] = ()) -> Sent:
    """Tries a call, shows it, asks, and sends it; if its reference stands for it already, goes on with that instead.

    Args:
        session: Who sends, where, and under which reference.
        plain: The call without the reference: what was sent under a random one has it in the journal alone.
        call: What to do.
        details: What is shown with it, line by line.
    """
    known = session.look_up()
    if known is None:
        try:
            _try_and_ask(session, call, details)
            return _sent(session, call, "sending under")
        except Reverted as refused:  # a reference is good for once: perhaps another process has just used it
            known = session.look_up()
            if known is None or refused.transaction_hash:
                raise
    for form in (call, plain):
        if known.is_for(form, session.signer.address):
            return _gone_on(session, form, known)
    return _sent(session, call, "looking up")  # which is refused: the reference stands for another


def resume(session: Session, intent: Intent) -> Sent:
    """Goes on with an intent, as whoever began it.

    Raises:
        Cancelled: If a no-op stands in its place for good.
        OutcomeUnknown: If one was mined and is not final, so that a reorganisation may yet bring the intent back.
    """
    return _sent(session, intent.call, _verb(session, intent), intent)


def own_intent(session: Session) -> Intent:
    """What stands under the session's reference, which must be the signer's.

    Raises:
        ConfigError: If nothing does.
        UsageError: If it is another's.
    """
    intent = session.intent()
    if intent.sender != session.signer.address:
        raise UsageError(
            f"Reference {session.reference!r} is {intent.sender}'s, not {session.signer.address}'s.",
            hint="Name its --wallet; `stablecoin wallet list` shows whose address is whose.",
        )
    return intent


def say_if_held(session: Session, intent: Intent) -> None:
    """Says on stderr that another process holds the lane, which then is waited for."""
    if not session.journal.look(session.chain_name, intent.sender, owner="").is_free:
        click.echo(f"another process holds the lane of {intent.sender}: waiting until it is free", err=True)


def _try_and_ask(session: Session, call: Call, details: Sequence[str]) -> None:
    coin, signer = session.coin, session.signer
    gas = coin.simulate(call, sender=signer.address)
    under_way = before(session, signer.address, reference=session.reference)
    session.confirm(
        f"{coin.denomination.symbol} at {coin.address} on {session.network.name} (chain {session.network.chain_id})\n"
        f"  {readable(call.description)}\n"
        + "".join(f"    {detail}\n" for detail in details)
        + "".join(f"  before it, what is under way: {line}\n" for line in under_way)
        + f"  under reference {session.reference}\n"
        f"  signed by {signer.address}, about {gas:,} gas"
    )


def _gone_on(session: Session, call: Call, known: Intent) -> Sent:
    if not known.was_cancelled and not _is_done(session, known):
        so_far = f"transaction {known.transaction_hashes[-1]}" if known.candidates else "not signed yet"
        session.confirm(
            f"already under way under reference {session.reference}: {readable(call.description)}\n"
            f"  {so_far}; it goes on, and is not done a second time",
            is_under_way=True,
        )
    return _sent(session, call, _verb(session, known), known)


def _verb(session: Session, known: Intent) -> str:
    if _is_done(session, known):
        return "looking up"
    say_if_held(session, known)
    return "going on with"


def _is_done(session: Session, intent: Intent) -> bool:
    return not intent.was_cancelled and intent.receipt is not None and intent.stage.reaches(session.until)


def _not_cancelled_for_good(session: Session, intent: Intent, error: OutcomeUnknown) -> None:
    """Says by which command to learn for good what became of an intent that a no-op stands in for."""
    if intent.was_cancelled and intent.receipt is not None:
        command = session.command("resume", intent.reference, is_final=True)
        error.hint = f"Do not ask for it anew: a reorganisation may bring it back. To know for good: {command}"


def _sent(session: Session, call: Call, verb: str, known: Intent | None = None) -> Sent:
    from stablecoin_tools.amounts import Denomination
    from stablecoin_tools.reverts import ContractRevert
    from stablecoin_tools.token import decode_events

    record = session.record_at(call.to)
    denomination = None if record is None else Denomination(record.symbol, record.decimals)
    try:
        with session.waiting(f"{verb} {session.reference}: {call.description}", known=known):
            receipt = session.transactions.send(call, signer=session.signer, ref=session.reference, until=session.until)
    except ContractRevert as refused:
        refused.denomination = denomination
        raise
    except OutcomeUnknown as error:  # perhaps a no-op was mined in its place, and is not final
        now = session.look_up()
        if now is not None:
            _not_cancelled_for_good(session, now, error)
        raise
    was_done = known is not None and known.receipt == receipt
    if record is None or denomination is None:
        return Sent(call, receipt, (), session.reference, was_done)
    events = decode_events(receipt.logs, record.address, denomination)
    return Sent(call, receipt, events, session.reference, was_done)
