"""One request to send, from its first order to its last outcome."""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import ChainError, FeeCapExceeded, JournalError, NotSent, ReferenceConflict, Reverted
from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.journal import Overtaken
from stablecoin_tools.transactions.outcome import Outcome, outcome_of, unknown, unread
from stablecoin_tools.transactions.preparing import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain
    from stablecoin_tools.errors import StablecoinError
    from stablecoin_tools.transactions.claim import Rules
    from stablecoin_tools.transactions.intent import Intent, Order
    from stablecoin_tools.transactions.journal import Journal
    from stablecoin_tools.transactions.lane import Lane
    from stablecoin_tools.transactions.signing import Pen

__all__ = ["Place", "Sending"]

_TRIES: Final = 10
_MOST_AWAITED: Final = 4_096
"""So many outcomes are waited for at once, mined ones too: what is known of each takes a few kilobytes of memory."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a manager sends: a chain, its name in the journal, and the journal."""

    chain: Chain
    name: str
    journal: Journal


@dataclass(slots=True)
class _Awaited:
    """An order whose outcome somebody waits for.

    Attributes:
        intent: The intent, as far as is known.
        began_at: When the wait began.
        is_old: Whether it was mined before this wait: its block may have been undone since, so it is looked at again.
        times_asked: How often one reference was asked for at once.
    """

    intent: Intent
    began_at: float
    is_old: bool
    times_asked: int = 1


class Sending:
    """Takes orders in, drives the sender's lane, and says what came of each.

    Args:
        place: Where.
        lane: The sender's.
        pen: What signs.
        rules: By what the lane goes.
        until: How far each is to come.
        sleep: Waits for so many seconds.
        new_reference: Makes a reference where an order has none.
        made_here: References of orders that were made just now, so that nothing can have been sent under them before.
    """

    def __init__(
        self,
        place: Place,
        lane: Lane,
        pen: Pen,
        rules: Rules,
        *,
        until: Stage,
        sleep: Callable[[float], None],
        new_reference: Callable[[], str],
        made_here: Iterable[str] = (),
    ) -> None:
        self._place, self._lane, self._pen, self._rules = place, lane, pen, rules
        self._until = until
        self._sleep = sleep
        self._new_reference = new_reference
        self._awaited: dict[str, _Awaited] = {}
        self._full_since: float | None = None
        self._quiet_rounds = 0
        self._never_written = set(made_here)  # references that nobody can have used before, not looked up yet

    def run(self, orders: Iterable[Order]) -> Generator[Outcome]:
        """Yields what came of each order, as it is known; as many as the policy allows are under way at once."""
        source = iter(orders)
        backlog: list[tuple[str, Call]] = []
        with self._lane.using(), contextlib.ExitStack() as stack:
            stack.enter_context(self._lane.expecting())
            ahead = list(itertools.islice(source, 1))  # the next order, which is there for sure
            while ahead or backlog or self._awaited:
                free = self._unfilled() - len(backlog)
                if ahead and free > 0:
                    backlog += map(self._named, (*ahead, *itertools.islice(source, free - 1)))
                    ahead = list(itertools.islice(source, 1))
                if backlog:
                    room = self._room()
                    if not ahead and len(backlog) <= room:
                        stack.close()
                    outcomes, backlog = self._take(backlog, room)
                    yield from outcomes
                if ahead or backlog or self._awaited:
                    yield from self._drive()

    def _named(self, order: Order) -> tuple[str, Call]:
        if order.ref is not None:
            return order.ref, order.call
        reference = self._new_reference()
        self._never_written.add(reference)
        return reference, order.call

    def _room(self) -> int:
        """How many orders to take in: others may have left some under way."""
        lane_room = self._lane.room()
        if lane_room > 0:
            self._full_since = None
        elif self._full_since is None:
            self._full_since = self._rules.clock()
        return min(self._unfilled(), lane_room)

    def _unfilled(self) -> int:
        """How many more orders may be awaited: those that are mined, and only wait to be final, keep no other back."""
        open_now = sum(awaited.intent.receipt is None for awaited in self._awaited.values())
        return min(self._rules.waiting.in_flight - open_now, _MOST_AWAITED - len(self._awaited))

    def _is_full_for_long(self) -> bool:
        """Whether nothing of the lane has come to an end for as long as anybody waits for an outcome."""
        since = self._full_since
        return since is not None and self._rules.clock() - since >= self._rules.waiting.timeout_seconds

    def _take(self, asked: list[tuple[str, Call]], room: int) -> tuple[list[Outcome], list[tuple[str, Call]]]:
        """Takes orders in: those that are known at once, of new ones as many as there is room for.

        Returns:
            What there is to say of some at once, and the orders that found no room.
        """
        for _ in range(_TRIES):
            try:
                outcomes, left = self._taken(asked, room)
            except JournalError as error:
                return [Outcome(reference, error=self._unread(error, reference)) for reference, _ in asked], []
            except Overtaken:  # nothing was written: another process has the lane, or one of the references, now
                continue
            self._never_written.intersection_update(reference for reference, _ in left)
            return outcomes, left
        words = "Other processes take the lane or the references again and again."
        return [Outcome(one, error=JournalError(words, hint="Nothing was sent.")) for one, _ in asked], []

    def _unread(self, error: JournalError, reference: str) -> JournalError:
        """Of a reference that the caller named, nobody knows now whether it was sent before."""
        return error if reference in self._never_written else unread(error, reference)

    def _taken(self, asked: list[tuple[str, Call]], room: int) -> tuple[list[Outcome], list[tuple[str, Call]]]:
        known = self._known([reference for reference, _ in asked])
        new: dict[str, Call] = {}
        for reference, call in asked:
            if reference not in known and len(new) < room:
                new.setdefault(reference, call)
        left = [order for order in asked if order[0] not in known and order[0] not in new]
        if left and self._is_full_for_long():
            return [*self._answers(asked, left, known, {}), *map(self._turned_away, left)], []
        intents, refused = self._prepare(new)
        # Another process may have done it since, and the contract refuse it for just that.
        done = self._known([reference for reference, error in refused.items() if isinstance(error, Reverted)])
        known |= done
        refused = {reference: error for reference, error in refused.items() if reference not in done}
        if intents:
            refused |= self._enter(intents)
        known |= {one.reference: self._lane.newest(one) for one in intents if one.reference not in refused}
        return self._answers(asked, left, known, refused), left

    def _answers(
        self,
        asked: Sequence[tuple[str, Call]],
        left: Sequence[tuple[str, Call]],
        known: Mapping[str, Intent],
        refused: Mapping[str, StablecoinError],
    ) -> list[Outcome]:
        """What there is to say at once of all but those that are left; the others are waited for."""
        waiting = {reference for reference, _ in left}
        taken = [order for order in asked if order[0] not in waiting]
        return [outcome for reference, call in taken for outcome in self._await(reference, call, known, refused)]

    def _turned_away(self, order: tuple[str, Call]) -> Outcome:
        count = self._rules.waiting.in_flight
        words = f"{self._pen.signer.address} has {count} intents under way, and none came to an end."
        return Outcome(order[0], error=NotSent(words, hint="Resume or cancel those first: `stablecoin tx list`."))

    def _await(
        self, reference: str, call: Call, known: Mapping[str, Intent], refused: Mapping[str, StablecoinError]
    ) -> Iterator[Outcome]:
        """Waits for an intent, unless there is something to say of it at once."""
        if reference in refused:
            yield Outcome(reference, error=refused[reference])
            return
        intent = known[reference]
        if not intent.is_for(call, self._pen.signer.address):
            yield Outcome(reference, error=_conflict(intent, self._pen.signer.address))
            return
        outcome = outcome_of(intent, self._until, self._place.chain) if intent.is_settled else None
        if outcome is not None:
            yield outcome
        elif reference in self._awaited:
            self._awaited[reference].times_asked += 1
        else:
            self._awaited[reference] = _Awaited(intent, self._rules.clock(), is_old=intent.receipt is not None)

    def _prepare(self, new: Mapping[str, Call]) -> tuple[list[Intent], dict[str, StablecoinError]]:
        if not new:
            return [], {}
        chain, sender = self._place.chain, self._pen.signer.address
        try:
            self._survey = chain.survey(list(new.values()), sender=sender)
            fees = self._rules.fees.offer(self._survey.fee_history)
        except (ChainError, FeeCapExceeded) as error:
            return [], dict.fromkeys(new, error)
        return prepare(new, sender=sender, survey=self._survey, fees=fees, network=chain.network)

    def _enter(self, intents: Sequence[Intent]) -> dict[str, StablecoinError]:
        """Hands new intents to the lane; if that fails, says for each whether it is written all the same."""
        try:
            return self._lane.take(intents, self._survey, self._pen)
        except JournalError as error:
            try:
                kept = self._known([intent.reference for intent in intents])
            except JournalError:
                return {intent.reference: _caused(unknown(intent, "the journal fails"), error) for intent in intents}
            return {intent.reference: error for intent in intents if intent.reference not in kept}
        except (ChainError, FeeCapExceeded) as error:
            return {intent.reference: error for intent in intents}

    def _drive(self) -> Iterator[Outcome]:
        """One round of the lane, and what it brought."""
        try:
            self._recheck()
            news = self._news(self._lane.drive(self._pen))
        except JournalError as error:
            yield from self._fail(error)
            return
        is_quiet = True
        for reference, awaited in list(self._awaited.items()):
            awaited.intent = news.get(reference, awaited.intent)
            outcome = None if awaited.is_old else outcome_of(awaited.intent, self._until, self._place.chain)
            outcome = outcome or self._given_up(awaited)
            if outcome is None:
                awaited.intent = self._lane.newest(awaited.intent)
            else:
                del self._awaited[reference]
                is_quiet = False
                yield from itertools.repeat(outcome, awaited.times_asked)
        self._quiet_rounds = self._quiet_rounds + 1 if is_quiet else 0
        if is_quiet:
            self._sleep(self._rules.waiting.pause_seconds(self._quiet_rounds))

    def _recheck(self) -> None:
        """Looks again at what was mined before anybody waited here; until that is known, nobody is told of it."""
        old = [awaited for awaited in self._awaited.values() if awaited.is_old]
        if not old:
            return
        with contextlib.suppress(ChainError, Overtaken):
            changed = self._lane.recheck([awaited.intent.reference for awaited in old])
            for awaited in old:
                awaited.intent = changed.get(awaited.intent.reference, awaited.intent)
                awaited.is_old = False

    def _news(self, changed: dict[str, Intent]) -> dict[str, Intent]:
        """The awaited intents that may have changed: by this round, by another thread, or by another process."""
        silent = [one for one in self._awaited if one not in changed and not self._lane.is_tracking(one)]
        return changed | self._known(silent)

    def _given_up(self, awaited: _Awaited) -> Outcome | None:
        reference, waiting = awaited.intent.reference, self._rules.waiting
        if awaited.intent.was_cancelled and self._until is Stage.MINED and not awaited.is_old:
            return Outcome(
                reference, error=unknown(awaited.intent, "a no-op was mined in its place, but not final yet")
            )
        is_mined = awaited.intent.receipt is not None
        is_long = is_mined and self._until is not Stage.MINED
        limit = waiting.finality_seconds if is_long else waiting.timeout_seconds
        if self._rules.clock() - awaited.began_at < limit and not self._lane.is_hopeless(reference):
            return None
        trouble = self._lane.trouble(reference)
        why = "no receipt yet" + (f"; {trouble}" if trouble else "")
        if is_mined:
            why = "mined, but not final yet" if is_long else "mined, but the node does not say whether its block stands"
        return Outcome(reference, error=unknown(self._lane.newest(awaited.intent), why))

    def _fail(self, error: JournalError) -> Iterator[Outcome]:
        """What is under way stays under way; only that nothing more can be written about it, so nothing is done."""
        for reference, awaited in self._awaited.items():
            failure = _caused(unknown(awaited.intent, str(error)), error)
            yield from itertools.repeat(Outcome(reference, error=failure), awaited.times_asked)
        self._awaited.clear()

    def _known(self, references: Sequence[str]) -> dict[str, Intent]:
        return self._place.journal.find_many(self._place.name, references) if references else {}


def _conflict(intent: Intent, sender: Address) -> ReferenceConflict:
    if intent.sender != sender:
        return ReferenceConflict(
            f"Reference {intent.reference!r} is {intent.sender}'s, not {sender}'s.",
            hint="Go on with the signer who began it; under a new reference it would be done a second time.",
        )
    return ReferenceConflict(
        f"Reference {intent.reference!r} already stands for another payload: {intent.call.description or 'a call'}.",
        hint="Give every new intent a reference of its own.",
    )


def _caused(error: StablecoinError, cause: Exception) -> StablecoinError:
    error.__cause__ = cause
    return error
