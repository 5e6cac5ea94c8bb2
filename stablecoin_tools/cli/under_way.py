"""What was begun and is not known to be mined: told before anything else is begun, for it is seen through first."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stablecoin_tools.cli.reading import readable
from stablecoin_tools.errors import NotSent, OutcomeUnknown, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.cli.session import Session
    from stablecoin_tools.deployment import Plan
    from stablecoin_tools.transactions import Intent

__all__ = ["before", "begun_by", "lines_before", "refuse_other_plans", "still_current", "words"]

_PLAN = "plan-"  # as `Plan.reference` begins
_MOST = 10_000


def before(session: Session, sender: Address, *, reference: str = "") -> list[str]:
    """What of a sender is seen through before anything else of it, in words; without what the reference names."""
    open_now = session.journal.look(session.chain_name, sender, owner="").open
    return [words(intent) for intent in open_now if intent.reference != reference]


def begun_by(session: Session, plan: Plan | None) -> list[Intent]:
    """The steps of a plan, or of any, that were begun on the session's chain and are not known to be mined."""
    from stablecoin_tools.transactions import Stage

    begins = _of(plan) if plan else _PLAN
    found = session.journal.newest(session.chain_name, stages=(Stage.QUEUED, Stage.PENDING), limit=_MOST)
    return [intent for intent in reversed(found) if intent.reference.startswith(begins)]


def lines_before(session: Session, senders: Iterable[Address]) -> str:
    """What is seen through before anything else of these senders, as lines of a question; empty if nothing is."""
    return "".join(
        f"  before it, what is under way: {line}\n"
        for sender in dict.fromkeys(senders)
        for line in before(session, sender)
    )


def refuse_other_plans(session: Session, plan: Plan, senders: Iterable[Address]) -> None:
    """Refuses to begin while a step of another plan would be mined first, which nobody was asked about now.

    Raises:
        NotSent: If there is one.
    """
    for intent in begun_by(session, None):
        if intent.sender in senders and not intent.reference.startswith(_of(plan)):
            raise NotSent(
                f"A step of another plan is under way and would be mined first: {words(intent)}.",
                hint=f"{_ways_on(session, intent)}. Nothing was sent.",
            )


@contextmanager
def still_current(session: Session, plan: Plan) -> Iterator[None]:
    """Whatever keeps a plan from going on, in the block too: if steps of it are under way, it says so.

    Raises:
        UsageError: If the plan has expired, and nothing of it is under way.
        OutcomeUnknown: If it cannot go on, and something is.
    """
    from stablecoin_tools.deployment import check_current

    try:
        check_current(plan, datetime.now(UTC))
        yield
    except (UsageError, NotSent) as error:
        begun = begun_by(session, plan)
        if not begun:
            raise
        told = OutcomeUnknown(
            f"{error} But a step of it is under way on {session.network.name}, and may be mined: {words(begun[0])}.",
            reference=begun[0].reference,
            transaction_hashes=begun[0].transaction_hashes,
        )
        told.hint = f"{_ways_on(session, begun[0])}."
        raise told from error


def _of(plan: Plan) -> str:
    return plan.reference(plan.networks[0], 0).rsplit("-", 2)[0]


def words(intent: Intent) -> str:
    """What was begun, by whom, under which reference."""
    return f"{readable(intent.call.description) or 'a call'}, by {intent.sender}, reference {intent.reference}"


def _ways_on(session: Session, intent: Intent) -> str:
    cancel, resume = (session.command(verb, intent.reference) for verb in ("cancel", "resume"))
    return f"To take it back: {cancel}; to see it through: {resume}"
