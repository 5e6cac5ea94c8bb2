"""How one intent stands with the chain, and what to do next. A pure machine: time and news come in as arguments."""

from __future__ import annotations

import enum
from dataclasses import dataclass, fields, replace
from typing import Final

from stablecoin_tools.errors import UsageError
from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.node_answers import Meaning

__all__ = ["SendState", "Step", "WaitPolicy"]


class Step(enum.Enum):
    """What to do next."""

    PUBLISH = "hand the newest candidate to the node, for the first time or again"
    BUMP = "sign a candidate that offers more"
    WAIT = "look for a receipt again after a while"
    PROVE = "look in final blocks for what used the nonce"
    REASSIGN = "take a new nonce: others were proven to have used this one"
    SETTLED = "a candidate is in a block; only a reorganisation could undo it"


_SOONER_LOOKS: Final = 5


@dataclass(frozen=True, slots=True)
class WaitPolicy:
    """How long to wait, in seconds.

    Attributes:
        poll_seconds: Between two looks at the chain; the first few follow each other sooner, as some chains are fast.
        republish_after_seconds: Without a receipt, before the same bytes are published again: pools forget.
        bump_after_seconds: Without a receipt, before a higher offer.
        prove_after_seconds: With the nonce used and no receipt of ours, before final blocks are searched.
        timeout_seconds: Without a receipt, before the outcome is called unknown.
        finality_seconds: Altogether, where the caller waits for finality.
        settle_seconds: Between two looks at mined intents that are not final yet.
        in_flight: How many intents of one sender are under way at once; nodes hold a few dozen an account for sure.

    Raises:
        UsageError: If a time is negative or no number, or nothing could be under way.
    """

    poll_seconds: float = 1
    republish_after_seconds: float = 15
    bump_after_seconds: float = 45
    prove_after_seconds: float = 30
    timeout_seconds: float = 300
    finality_seconds: float = 1800
    settle_seconds: float = 10
    in_flight: int = 64

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (isinstance(value, (int, float)) and value >= 0):  # which is false of NaN too
                raise UsageError(f"{field.name} is a number from zero on, not {value!r}.")
        if not (isinstance(self.in_flight, int) and self.in_flight > 0):
            raise UsageError(f"At least one intent must be under way at once, not {self.in_flight!r}.")

    def pause_seconds(self, looks: int) -> float:
        """How long to wait after so many looks that brought nothing, 1 or more: twice as long each time, up to all."""
        return self.poll_seconds / (1 << max(0, _SOONER_LOOKS - looks))


# After these the same bytes may be taken a moment later, or the node did not say; asking again soon is harmless.
_WORTH_ASKING_AGAIN = frozenset({Meaning.BUSY, Meaning.POOL_FULL, Meaning.NONCE_GAP, Meaning.UNKNOWN})
_SETTLING = frozenset({(Stage.MINED, Stage.SAFE), (Stage.MINED, Stage.FINALIZED), (Stage.SAFE, Stage.FINALIZED)})
# Nothing is to be gained by offering more where the node says this.
_NOT_ABOUT_FEES = frozenset({Meaning.NO_MONEY, Meaning.NONCE_GAP, Meaning.NONCE_USED, Meaning.INVALID})


@dataclass(frozen=True, slots=True)
class SendState:
    """One intent at one nonce. No answer to a send ends it: only a receipt does, or a proof from final blocks.

    Times are seconds on the caller's clock; only differences count, and a clock that goes back only makes waits longer.

    Attributes:
        policy: How long to wait.
        offered_at: When the newest candidate was signed.
        published_at: When it was last handed to a node; None before the first time, and after its block was undone.
        passed_at: Since when the chain has used the nonce and shows no receipt of ours.
        block_number: The block that holds a candidate.
        answer: What the node last said to a send, or None if it took it.
        stage: How far the intent has come.
        is_consumed: Whether others were proven to have used the nonce.
    """

    policy: WaitPolicy
    offered_at: float
    published_at: float | None = None
    passed_at: float | None = None
    block_number: int | None = None
    answer: Meaning | None = None
    stage: Stage = Stage.PENDING
    is_consumed: bool = False

    @classmethod
    def mined(cls, policy: WaitPolicy, now: float, block_number: int, stage: Stage = Stage.MINED) -> SendState:
        """The state of an intent that is known to be in a block."""
        return cls(policy, now, published_at=now, block_number=block_number, stage=stage)

    @property
    def is_open(self) -> bool:
        """Whether no receipt is known, and the nonce may still be ours."""
        return self.stage is Stage.PENDING and not self.is_consumed

    def published(self, now: float, answer: Meaning | None = None) -> SendState:
        """After the newest candidate was handed to a node, whatever it answered: it may have the bytes."""
        return replace(self, published_at=now, answer=answer) if self.is_open else self

    def offered(self, now: float) -> SendState:
        """After a new candidate was signed, which no node has yet."""
        offered_at = max(now, self.offered_at)
        return replace(self, offered_at=offered_at, published_at=None, answer=None) if self.is_open else self

    def held(self, now: float) -> SendState:
        """After no higher offer could be made: the bytes are published again, and another is tried later."""
        offered_at = max(now, self.offered_at)
        return replace(self, offered_at=offered_at, published_at=None) if self.is_open else self

    def seen(self, block_number: int) -> SendState:
        """After a receipt of any candidate was seen."""
        if self.is_consumed or self.stage is Stage.FINALIZED:
            return self
        return replace(self, stage=Stage.MINED, block_number=block_number, passed_at=None)

    def not_seen(self, now: float, *, is_nonce_used: bool) -> SendState:
        """After no candidate had a receipt: still open, or reopened by a reorganisation."""
        if self.stage in (Stage.MINED, Stage.SAFE):
            return SendState(self.policy, offered_at=now)
        if not self.is_open:
            return self
        since = now if self.passed_at is None else self.passed_at
        return replace(self, passed_at=since if is_nonce_used else None)

    def settled(self, stage: Stage, number: int) -> SendState:
        """After blocks up to this one were agreed to be safe, or final, ours among them."""
        is_further = (self.stage, stage) in _SETTLING
        if not is_further or self.block_number is None or self.block_number > number:
            return self
        return replace(self, stage=stage)

    def consumed(self) -> SendState:
        """After final blocks proved that others used the nonce."""
        return replace(self, is_consumed=True) if self.is_open else self

    def not_consumed(self, now: float) -> SendState:
        """After final blocks proved nothing: they are searched again after a while."""
        return replace(self, passed_at=now) if self.is_open and self.passed_at is not None else self

    def next_step(self, now: float) -> Step:
        """What to do at this time."""
        if not self.is_open:
            return Step.REASSIGN if self.is_consumed else Step.SETTLED
        if self.passed_at is not None:
            return Step.PROVE if now - self.passed_at >= self.policy.prove_after_seconds else Step.WAIT
        if self.published_at is None:
            return Step.PUBLISH
        if self.answer not in _NOT_ABOUT_FEES and now - self.offered_at >= self.policy.bump_after_seconds:
            return Step.BUMP
        is_soon = self.answer in _WORTH_ASKING_AGAIN
        pause = self.policy.poll_seconds if is_soon else self.policy.republish_after_seconds
        return Step.PUBLISH if now - self.published_at >= pause else Step.WAIT
