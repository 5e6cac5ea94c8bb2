"""Who may write in a sender's lane: one process at a time, and for so long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.transactions.intent import Intent

__all__ = ["LONGEST_LEASE_SECONDS", "Hold", "LaneView", "Overtaken", "is_held"]

LONGEST_LEASE_SECONDS: Final = 3600
"""No lease binds a lane for longer, whatever its row says. The token keeps who was overtaken from writing, so to take a
lane too early costs a look, while a lane that nobody may take stops all of its sender's payments."""


class Overtaken(Exception):
    """Another process holds the lane now, or took the reference: nothing was written; look again.

    It is between the journal and the lanes that write in it: these look again, and nobody else ever meets it. So it is
    none of `stablecoin_tools.errors`.
    """


@dataclass(frozen=True, slots=True)
class Hold:
    """A claim on a sender's lane: good for writing as long as nobody took the lane since.

    Attributes:
        chain: Which chain.
        sender: Whose lane.
        owner: Who claims it.
        token: How often the lane had changed hands when it was claimed; a write with an older one is refused.
        next_nonce: The lowest nonce that no intent owns.
    """

    chain: str
    sender: Address
    owner: str
    token: int
    next_nonce: int


@dataclass(frozen=True, slots=True)
class LaneView:
    """A lane as it stands.

    Attributes:
        hold: The claim to write with, were the lane free.
        is_free: Whether nobody else holds it, or whoever did has let the lease run out.
        holder: Who holds it; empty if nobody does.
        open: Its intents that have no receipt, queued ones last.
    """

    hold: Hold
    is_free: bool
    holder: str
    open: tuple[Intent, ...]


def is_held(lane: Mapping[Any, Any], owner: str, now: float) -> bool:
    """Whether another than this owner holds the lane.

    A lease ends when it is as old as it may become, and in any case after `LONGEST_LEASE_SECONDS`. One that seems to
    begin later than now, by as much, was made before the clock was set back; it ends too, or a lane could stay with a
    dead process for as long as the clock went back.

    Args:
        lane: The lane's row.
        owner: Who asks.
        now: In seconds since 1970, by the clock that the lease was made by.
    """
    if lane["owner"] in ("", owner):
        return False
    age, most = now - lane["leased_at"], min(lane["lease_seconds"], LONGEST_LEASE_SECONDS)
    return bool(-most < age < most)
