"""Who is refused when: every verb that moves balances, each party blacklisted or not, each set of paused scopes

The rule in one sentence: a move is refused while its scope is paused; else for the first of its parties, operator,
sender, receiver, that is blacklisted; else it is done. Approve is refused for the pause alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.contracts.words import UNLIMITED, allow_minting, call_of, facts_of, refusal_of

if TYPE_CHECKING:
    from tests.world import World

TRANSFERS, MINTING, REDEMPTION = 1, 2, 4
SCOPE_SETS = range(8)
# The minter burns too, and moves what alice lets it move: so it is the operator of every verb but one.
PARTIES = ("minter", "alice", "bob")
STOPPED_SETS = [frozenset(chosen) for count in range(4) for chosen in combinations(PARTIES, count)]


@dataclass(frozen=True)
class Verb:
    """A way to move a balance: its scope, who asks, and its parties in the order in which they are looked at."""

    scope: int
    by: str
    parties: tuple[str, ...]
    arguments: tuple[str | int, ...]


VERBS = {
    "transfer": Verb(TRANSFERS, "alice", ("alice", "bob"), ("bob", 1)),
    "transferFrom": Verb(TRANSFERS, "minter", ("minter", "alice", "bob"), ("alice", "bob", 1)),
    "approve": Verb(TRANSFERS, "alice", (), ("bob", 1)),
    "mint": Verb(MINTING, "minter", ("minter", "bob"), ("bob", 1)),
    "burn": Verb(REDEMPTION, "minter", ("minter",), (1,)),
}


def expected(world: World, verb: Verb, stopped: frozenset[str], paused: int) -> tuple[str, dict[str, object]] | None:
    """The rule."""
    if verb.scope & paused:
        return "ScopePaused", {"scope": verb.scope}
    for party in verb.parties:
        if party in stopped:
            return "AccountBlacklisted", {"account": world.address(party)}
    return None


@pytest.fixture
def ready(local: World) -> World:
    """Every verb would succeed."""
    local.give("alice", 10)
    local.give("minter", 10)
    allow_minting(local, "minter", 10)
    local.do(call_of(local, "approve", local.address("minter"), UNLIMITED), by="alice")
    return local


@pytest.mark.parametrize("stopped", STOPPED_SETS, ids=lambda stopped: "+".join(sorted(stopped)) or "nobody")
def test_every_verb_under_every_pause(ready: World, stopped: frozenset[str]) -> None:
    for party in sorted(stopped):
        ready.do(ready.coin.calls.blacklist(ready.address(party)), by="blacklister")

    for paused in SCOPE_SETS:
        ready.do(ready.coin.calls.unpause(), by="unpauser")
        if paused:
            ready.do(call_of(ready, "pause(uint256)", paused), by="pauser")
        for name, verb in VERBS.items():
            arguments = [ready.address(part) if isinstance(part, str) else part for part in verb.arguments]
            refused = facts_of(refusal_of(ready, call_of(ready, name, *arguments), by=verb.by))
            assert refused == expected(ready, verb, stopped, paused), (name, paused)


def test_the_table_holds_both_answers_for_every_verb(local: World) -> None:
    for verb in VERBS.values():
        answers = [expected(local, verb, stopped, paused) for stopped in STOPPED_SETS for paused in SCOPE_SETS]
        assert None in answers
        assert {answer[0] for answer in answers if answer} == (
            {"ScopePaused", "AccountBlacklisted"} if verb.parties else {"ScopePaused"}
        )
