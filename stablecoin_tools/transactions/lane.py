"""One sender's lane: everything it has under way, driven by whoever holds the lane.

All that is decided is written first and done after: an attempt is published only once the journal has it, and what is
remembered here is only what the journal has too. So the process may end anywhere; the next holder reads the journal and
goes on.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from stablecoin_tools.errors import ChainError, FeeCapExceeded, JournalError, NotSent, StablecoinError
from stablecoin_tools.transactions.claim import Claim
from stablecoin_tools.transactions.gaps import closing, gap_before
from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.journal import Change, Happening, Overtaken
from stablecoin_tools.transactions.offers import higher_offers
from stablecoin_tools.transactions.portions import by_portions
from stablecoin_tools.transactions.send_state import SendState, Step
from stablecoin_tools.transactions.settling import Rounds, settle
from stablecoin_tools.transactions.under_way import UnderWay, look_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, Survey
    from stablecoin_tools.transactions.claim import Rules
    from stablecoin_tools.transactions.fees import Fees
    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.journal import Journal
    from stablecoin_tools.transactions.signing import Pen

__all__ = ["Lane"]


class Lane:
    """A sender's lane on one chain. Threads share it; one of them at a time drives it for all.

    Args:
        chain: Where it is.
        name: The chain's name in the journal.
        sender: Whose lane it is.
        journal: Where everything is written first.
        owner: Who this process is to others that share the journal.
        rules: By what it goes.
    """

    def __init__(self, chain: Chain, name: str, sender: Address, journal: Journal, owner: str, rules: Rules) -> None:
        self._chain, self._name, self._sender = chain, name, sender
        self._journal, self._rules = journal, rules
        self._claim = Claim(name, sender, journal, owner, rules)
        self._lock = threading.RLock()
        self._rounds = Rounds(name, sender, journal, rules.waiting)
        self._queue_trouble = ""
        self._gap: int | None = None
        self._under_way: dict[str, UnderWay] = {}
        self._expecting = 0
        self._users = 0

    @contextlib.contextmanager
    def expecting(self) -> Iterator[None]:
        """While this lasts, the lane is not let go, even if nothing is under way."""
        with self._lock:
            self._expecting += 1
        try:
            yield
        finally:
            with self._lock:
                self._expecting -= 1

    @contextlib.contextmanager
    def using(self) -> Iterator[None]:
        """While this lasts for anybody, the lane is kept; then it is let go, and what is under way with it."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._claim.release()
                    self._under_way = {}

    def take(self, intents: Sequence[Intent], survey: Survey, pen: Pen) -> dict[str, StablecoinError]:
        """Takes new intents in: signed, if this process holds the lane; queued for who does, if not.

        Returns:
            Why the signer refused those that it did, by reference: of these nothing was written.

        Raises:
            Overtaken: If a reference was taken meanwhile. Nothing was written.
            FeeCapExceeded: If the next block costs more than the cap. Nothing was written.
        """
        with self._guarded():
            if self._is_ours():
                fees = self._rules.fees.offer(survey.fee_history)
                return self._sign(intents, pen, fees, survey.nonce, are_new=True)
            self._claim.queue([Change(Happening.QUEUED, intent, is_new=True) for intent in intents])
            return {}

    def drive(self, pen: Pen) -> dict[str, Intent]:
        """One round: sign what is queued, publish, look, offer more where it is time, settle what is final.

        Returns:
            The intents that changed their stage, by reference; none, if another process holds the lane.
        """
        try:
            with self._guarded():
                if not self._is_ours():
                    return {}
                changed = self._look() if any(found.is_inherited for found in self._at_hand()) else {}
                self._do_as_asked(pen)
                self._act(pen)
                mined = self._look()
                changed |= mined | self._settle(len(mined))
                self._claim.renew()
                return changed
        except Overtaken:
            return {}

    def recheck(self, references: Sequence[str]) -> dict[str, Intent]:
        """Looks whether intents that were mined still are, before somebody is told so.

        Returns:
            Those of them that are not as the journal had them, or no longer wait to be final, by reference.

        Raises:
            Overtaken: If one is not, and another process holds the lane: it will find out too.
            ChainError: If the chain cannot be read.
        """
        with self._guarded():
            self._is_ours()  # first, so that nobody writes unnoticed between what is read here and what is written
            kept = self._journal.find_many(self._name, references)
            mined = [intent for intent in kept.values() if intent.stage in (Stage.MINED, Stage.SAFE)]
            changed = {reference: intent for reference, intent in kept.items() if intent not in mined}
            return changed | self._settled(mined)

    def cancel(self, reference: str, pen: Pen) -> bool:
        """Begins to replace an intent by a no-op at its nonce, unless that has begun or it is too late.

        Returns:
            False if another process holds the lane: try again later.

        Raises:
            NotSent: If the fee cap does not allow to replace it.
            ChainError: If the node does not say what gas costs.
        """
        with self._guarded():
            if not self._is_ours():
                return False
            intent = self._journal.find(self._name, reference)
            if intent is not None:
                self._cancel(intent, pen)
            return True

    def close_gap(self, pen: Pen) -> list[str] | None:
        """Signs a no-op for each nonce below those under way that nobody uses.

        Returns:
            The references they go by; None if another process holds the lane: try again later.

        Raises:
            StablecoinError: If they cannot be signed, or not written down. Then nothing was sent.
        """
        with self._guarded():
            if not self._is_ours():
                return None
            owned = [found.nonce for found in self._under_way.values()]
            gap = gap_before(owned, self._chain, self._sender)
            found = closing(gap, self._chain, pen, self._rules.fees) if gap else []
            if found:
                self._remember_signed(found, why="nobody used this nonce", are_new=True)
            return [intent.reference for intent in found]

    def room(self) -> int:
        """How many more intents may be under way; all that may, where nothing is known of the lane."""
        limit = self._rules.waiting.in_flight
        with contextlib.suppress(Overtaken, JournalError), self._guarded():
            return limit - len(self._under_way) if self._is_ours() else limit
        return limit

    def is_tracking(self, reference: str) -> bool:
        """Whether the intent is known to have no receipt yet."""
        return reference in self._under_way

    def newest(self, intent: Intent) -> Intent:
        """The intent as it is known here, with every attempt that was signed."""
        found = self._under_way.get(intent.reference)
        return intent if found is None else found.intent

    def trouble(self, reference: str) -> str:
        """Why an intent makes no progress, as far as that is known."""
        found = self._under_way.get(reference)
        if found is None:
            return f"the lane is held by {self._claim.holder}" if self._claim.holder else self._queue_trouble
        if self._gap is not None:
            return f"nonce {self._gap}, before it, is used by nobody: `stablecoin tx close-gap` takes it"
        return found.trouble

    def is_hopeless(self, reference: str) -> bool:
        """Whether the node says that it will not take the bytes as things stand."""
        found = self._under_way.get(reference)
        return found is not None and found.is_hopeless

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """One thread at a time; and whatever goes wrong, what is remembered is read anew from the journal."""
        with self._lock:
            try:
                yield
            except BaseException:
                self._claim.release()  # so that the next to come need not wait for the lease to end
                self._under_way = {}
                raise

    def _is_ours(self) -> bool:
        """Whether this process may write in the lane; if so, what is open in it is taken over."""
        if self._claim.is_made:
            return True
        found = self._claim.make()
        if found is None:
            return False
        state = SendState(self._rules.waiting, offered_at=self._rules.clock())
        pending = (intent for intent in found if intent.stage is Stage.PENDING)
        self._under_way = {
            intent.reference: UnderWay(intent, state, is_inherited=True, was_taken=True) for intent in pending
        }
        return True

    def _sign(
        self, intents: Sequence[Intent], pen: Pen, fees: Fees, nonce: int, *, are_new: bool = False
    ) -> dict[str, StablecoinError]:
        """Gives each intent that the signer does not refuse the next nonce and a first attempt, in one write."""
        signed, refused = pen.first_attempts(intents, max(nonce, self._claim.next_nonce), fees)
        if signed:
            self._remember_signed(signed, are_new=are_new)
        return refused

    def _remember_signed(self, signed: Sequence[Intent], *, why: str = "", are_new: bool) -> None:
        changes = [Change(Happening.SIGNED, intent, why, is_new=are_new) for intent in signed]
        self._claim.record(changes, next_nonce=1 + max(intent.nonce or 0 for intent in signed))
        state = SendState(self._rules.waiting, offered_at=self._rules.clock())
        self._under_way |= {intent.reference: UnderWay(intent, state) for intent in signed}

    def _do_as_asked(self, pen: Pen) -> None:
        """What those asked for who do not hold the lane: to cancel what they do not want, and to sign the rest."""
        asked = self._journal.asked(self._name, self._sender)
        for intent in asked:
            if intent.is_unwanted:
                self._try_to_cancel(intent, pen)
        room = max(0, self._rules.waiting.in_flight - len(self._under_way))
        queued = [intent for intent in asked if not intent.is_unwanted][:room]
        if queued:
            self._sign_queued(queued, pen)

    def _try_to_cancel(self, intent: Intent, pen: Pen) -> None:
        """Cancels it, or remembers why not: the next round tries again."""
        try:
            self._cancel(intent, pen)
        except JournalError:
            raise
        except StablecoinError as error:
            if found := self._under_way.get(intent.reference):
                found.hindrance = f"no no-op could be signed: {error}"

    def _sign_queued(self, queued: Sequence[Intent], pen: Pen) -> None:
        try:
            fees = self._rules.fees.offer(self._chain.fee_history())
            nonce = self._chain.nonce(self._sender)
        except (ChainError, FeeCapExceeded) as error:  # they stay queued until the node answers, or fees fall
            self._queue_trouble = str(error)
            return
        refused = self._sign(queued, pen, fees, nonce)
        self._queue_trouble = "; ".join(f"{reference} was not signed: {error}" for reference, error in refused.items())

    def _at_hand(self) -> list[UnderWay]:
        """The lowest nonces, so many as may be in flight: whoever inherits more takes them up by and by."""
        found = sorted(self._under_way.values(), key=lambda one: one.nonce)
        return found[: self._rules.waiting.in_flight]

    def _act(self, pen: Pen) -> None:
        """What time asks for: proofs, higher offers, and last of all publishing."""
        now = self._rules.clock()
        steps = {found.intent.reference: found.state.next_step(now) for found in self._at_hand()}
        for reference in [reference for reference, step in steps.items() if step is Step.PROVE]:
            self._prove(self._under_way[reference])
        if self._gap is None:  # where a nonce before ours is used by nobody, no offer can help
            self._bump([self._under_way[reference] for reference, step in steps.items() if step is Step.BUMP], pen)
        self._publish([found for found in self._at_hand() if found.state.next_step(now) is Step.PUBLISH])

    def _prove(self, found: UnderWay) -> None:
        """Looks in final blocks for what used the nonce; only a proof frees the intent from it."""
        intent, now = found.intent, self._rules.clock()
        proof = self._rules.witnesses.consumption(self._sender, found.nonce, intent.transaction_hashes)
        if proof is None:
            found.state = found.state.not_consumed(now)
            return
        stage = Stage.CANCELLED if intent.is_being_cancelled else Stage.QUEUED
        self._claim.record([Change(Happening.CONSUMED, intent.without_nonce(stage), str(proof))])
        found.state = found.state.consumed()
        del self._under_way[intent.reference]

    def _bump(self, stale: Sequence[UnderWay], pen: Pen) -> None:
        """Signs a higher offer for each, in one write. Where node or signer fail, the next round tries again."""
        if not stale:
            return
        try:
            history = self._chain.fee_history()
        except ChainError:
            return
        offers = higher_offers(stale, self._rules.fees, history, pen)
        if offers.changes:
            self._claim.record(offers.changes)
        offers.made(self._rules.clock())

    def _cancel(self, intent: Intent, pen: Pen) -> None:
        if intent.stage is Stage.QUEUED:
            cancelled = intent.without_nonce(Stage.CANCELLED)
            self._claim.record([Change(Happening.CANCELLED, cancelled, "asked for before it was signed")])
        found = self._under_way.get(intent.reference)
        if found is None or found.intent.is_being_cancelled:
            return
        fees = self._rules.fees.bump(found.intent.candidates[-1].fees, self._chain.fee_history())
        if fees is None:
            raise NotSent(
                f"The fee cap does not allow to replace {found.intent.reference!r}.",
                hint="Raise the network's fee cap, or wait for the transaction.",
            )
        cancelling = found.intent.with_candidate(pen.noop(found.nonce, fees))
        self._claim.record([Change(Happening.CANCELLING, cancelling)])
        found.intent, found.state = cancelling, found.state.offered(self._rules.clock())

    def _publish(self, due: Sequence[UnderWay]) -> None:
        if not due:
            return
        answers = self._chain.publish_many([found.intent.candidates[-1].signed_transaction for found in due])
        now = self._rules.clock()
        for found, error in zip(due, answers, strict=True):
            found.answered(error, now)

    def _look(self) -> dict[str, Intent]:
        """Looks for receipts of what was published, and records those found."""
        published = [found for found in self._at_hand() if found.is_worth_a_look]
        try:
            receipts, used = look_up(published, self._chain, self._sender)
        except ChainError:
            return {}  # nothing was learnt; the node may answer at the next look
        lowest = min((found.nonce for found in published), default=0)
        self._gap = used if len(published) > 0 and len(receipts) < len(published) and used < lowest else None
        mined, now = [], self._rules.clock()
        for found in published:
            found.is_inherited = False
            receipt = found.receipt_in(receipts)
            if receipt is not None:
                mined.append(found.intent.mined(receipt))
            else:
                found.state = found.state.not_seen(now, is_nonce_used=found.nonce < used)
        if mined:
            is_last = self._expecting == 0 and len(mined) == len(self._under_way)
            self._claim.record([Change(Happening.MINED, intent) for intent in mined], is_released=is_last)
            for intent in mined:
                del self._under_way[intent.reference]
        return {intent.reference: intent for intent in mined}

    def _settle(self, mined: int) -> dict[str, Intent]:
        """Looks, now and then, whether mined intents are final, or were undone; some in each round."""
        now = self._rules.clock()
        if not self._rounds.is_due(now) or not self._is_ours():  # asked before the journal is read, as in `recheck`
            return {}
        some = self._rounds.next_intents(mined)
        try:
            changed = self._settled(some)
        except ChainError:  # nothing was learnt; the node may answer at the next look
            return {}
        self._rounds.done(some, now)
        return changed

    def _settled(self, mined: Sequence[Intent]) -> dict[str, Intent]:
        """Looks what became of mined intents; each portion is recorded as soon as the node has told all of it."""
        return {intent.reference: intent for intent in by_portions(mined, self._settled_at_once)}

    def _settled_at_once(self, mined: Sequence[Intent]) -> list[Intent]:
        now = self._rules.clock()
        changes = settle(mined, self._chain, self._rules.witnesses, self._rules.waiting, now)
        if changes:
            self._claim.record(changes)
        for intent in (change.intent for change in changes if change.intent.stage is Stage.PENDING):
            self._under_way[intent.reference] = UnderWay(intent, SendState(self._rules.waiting, offered_at=now))
        return [change.intent for change in changes]
