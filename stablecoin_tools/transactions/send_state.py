"""When to wait, when to offer more, when to stop waiting. A pure machine: time comes in as an argument."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace

__all__ = ["SendState", "Step", "WaitPolicy"]


class Step(enum.Enum):
    """What to do next."""

    WAIT = "look for a receipt again after a while"
    BUMP = "publish the same transaction with higher fees"
    GIVE_UP = "stop waiting: the outcome is unknown"


@dataclass(frozen=True, slots=True)
class WaitPolicy:
    """How long to wait, in seconds.

    Attributes:
        poll_seconds: Between two looks for a receipt.
        bump_after_seconds: Without a receipt, before a higher offer.
        timeout_seconds: Without a receipt, before the outcome is called unknown.
        finality_seconds: Altogether, where the caller waits for finality.
    """

    poll_seconds: float = 1
    bump_after_seconds: float = 45
    timeout_seconds: float = 300
    finality_seconds: float = 1800


@dataclass(frozen=True, slots=True)
class SendState:
    """One wait for a receipt. Nothing that a node answers to a send changes it: only a receipt settles an intent.

    Attributes:
        policy: How long to wait.
        started_at: When the wait began, on the caller's clock, in seconds.
        offered_at: When the newest candidate was published.
    """

    policy: WaitPolicy
    started_at: float
    offered_at: float

    @classmethod
    def begin(cls, policy: WaitPolicy, now: float) -> SendState:
        """The state as the first candidate is published."""
        return cls(policy, now, now)

    def offered(self, now: float) -> SendState:
        """The state after a higher offer was published, or was found impossible."""
        return replace(self, offered_at=max(now, self.offered_at))

    def next_step(self, now: float, *, is_mined: bool = False) -> Step:
        """What to do at this time, the end of the wait not having been seen.

        Args:
            now: The time, on the same clock.
            is_mined: Whether a receipt was seen, and only finality is awaited.
        """
        limit = self.policy.finality_seconds if is_mined else self.policy.timeout_seconds
        if now - self.started_at >= limit:
            return Step.GIVE_UP
        if not is_mined and now - self.offered_at >= self.policy.bump_after_seconds:
            return Step.BUMP
        return Step.WAIT
