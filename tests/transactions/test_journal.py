"""Journal: the memory of what was to be done, how far it came, and whose turn it is

when intents were written: they are found by reference, by age, by stage, and no others
when a reference is there, or a nonce of the sender: neither is taken twice, and nothing of the write is there
when a lane is looked at: what has no receipt is there, by nonce, then what waits for one
when a lane was taken by another: the holder before cannot write, however late it wakes
when a holder dies: its lane is free when the lease has run out and not before, also if the clock is set back
when another takes intents in for the holder: the holder goes on
when an intent is changed that is not kept: nothing is written
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.errors import JournalError, Moved
from stablecoin_tools.transactions.intent import Stage
from stablecoin_tools.transactions.journal import Change, Happening, Journal, Overtaken
from stablecoin_tools.transactions.journal.database import Database
from tests.transactions.conftest import ALICE, BOB, CHAIN, attempt, faults, mined, queued, sign, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stablecoin_tools.transactions.intent import Intent
    from stablecoin_tools.transactions.journal import Hold

LEASE = 10
HOUR, DAY = 3600, 86400


def test_finds_what_there_is_and_nothing_else(journal: Journal) -> None:
    sign(journal, *(signed(f"order-{number}", number) for number in range(1200)))

    found = journal.find_many(CHAIN, [f"order-{number}" for number in range(-1, 1201)])

    assert set(found) == {f"order-{number}" for number in range(1200)}
    assert all(found[f"order-{number}"] == signed(f"order-{number}", number) for number in (0, 499, 500, 1199))
    assert journal.find(CHAIN, "order-1200") is None
    assert journal.find("another chain", "order-1") is None
    assert journal.find_many(CHAIN, []) == {}


def test_says_on_which_chains_a_reference_is(journal: Journal) -> None:
    for chain in ("one", "another"):
        sign(journal, signed("order", 0), chain=chain)

    assert journal.chains_of("order") == ["another", "one"]
    assert journal.chains_of("another order") == []


def test_lists_the_newest_first_in_the_stages_asked_for(journal: Journal) -> None:
    intents = [signed(f"order-{number}", number) for number in range(4)]
    hold = sign(journal, *intents)
    journal.record(hold, [Change(Happening.MINED, mined(intents[2]))], next_nonce=4)

    assert [intent.reference for intent in journal.newest(CHAIN, limit=3)] == ["order-3", "order-2", "order-1"]
    pending = journal.newest(CHAIN, stages=[Stage.PENDING], limit=3)
    assert [intent.reference for intent in pending] == ["order-3", "order-1", "order-0"]
    assert journal.newest("another chain", limit=3) == []


def test_shows_what_is_open_in_a_lane_by_nonce_then_what_waits(journal: Journal) -> None:
    sign(journal, signed("third", 9), signed("second", 8), signed("done", 7))
    journal.queue(CHAIN, ALICE, [Change(Happening.QUEUED, queued("z"), is_new=True)])
    journal.queue(CHAIN, ALICE, [Change(Happening.QUEUED, queued("a"), is_new=True)])
    hold = journal.look(CHAIN, ALICE, owner="one").hold
    journal.record(hold, [Change(Happening.MINED, mined(signed("done", 7)))], next_nonce=10)
    sign(journal, signed("of another", 1, BOB), owner="two")

    view = journal.look(CHAIN, ALICE, owner="one")

    assert [intent.reference for intent in view.open] == ["second", "third", "z", "a"]
    assert view.open[0] == signed("second", 8)
    assert (view.is_free, view.holder, view.hold.next_nonce) == (True, "one", 10)
    assert [intent.reference for intent in journal.asked(CHAIN, ALICE)] == ["z", "a"]


def test_lists_what_is_mined_and_not_final_lowest_nonce_first(journal: Journal) -> None:
    intents = [mined(signed(f"order-{number}", number)) for number in range(5)]
    intents[1], intents[3] = intents[1].settled(Stage.SAFE), intents[3].settled(Stage.FINALIZED)
    journal.record(
        journal.look(CHAIN, ALICE, owner="one").hold,
        [Change(Happening.SIGNED, intent, is_new=True) for intent in intents],
        next_nonce=5,
    )

    def references(limit: int, *, above_nonce: int = -1) -> list[str]:
        found = journal.unsettled(CHAIN, ALICE, above_nonce=above_nonce, limit=limit)
        return [intent.reference for intent in found]

    assert [intent.reference for intent in journal.unsettled(CHAIN, ALICE, limit=9)] == references(9)
    assert references(9) == ["order-0", "order-1", "order-2", "order-4"]
    assert references(2) == ["order-0", "order-1"]
    assert references(2, above_nonce=0) == ["order-1", "order-2"]
    assert references(9, above_nonce=4) == []


def test_leaves_attempts_at_a_lost_nonce_out_and_keeps_them(journal: Journal) -> None:
    first = signed("order", 4)
    hold = sign(journal, first)
    hold = journal.record(
        hold, [Change(Happening.CONSUMED, first.without_nonce(Stage.QUEUED), "block 9")], next_nonce=5
    )
    assert journal.find(CHAIN, "order") == queued("order")

    again = queued("order").signed(5, attempt("order", 5))
    journal.record(hold, [Change(Happening.SIGNED, again)], next_nonce=6)

    assert journal.find(CHAIN, "order") == again
    assert faults(journal) == []


def _state(journal: Journal) -> object:
    """All that a refused write must leave as it is."""
    proofs = [(proof.entries, proof.head) for proof in journal.verify()]
    views = [replace(journal.look(CHAIN, sender, owner="one"), is_free=True) for sender in (ALICE, BOB)]
    return proofs, views, [journal.find(CHAIN, reference) for reference in ("order", "order-1", "new")]


TAKEN: dict[str, Callable[[Journal, Hold], object]] = {
    "the reference, by the holder": lambda journal, _: sign(journal, signed("new", 8), signed("order", 9)),
    "the reference, in another lane": lambda journal, _: sign(journal, signed("new", 1, BOB), signed("order", 2, BOB)),
    "the reference, by who queues": lambda journal, _: journal.queue(
        CHAIN, BOB, [Change(Happening.QUEUED, queued(name, BOB), is_new=True) for name in ("new", "order")]
    ),
    "the nonce, by a new intent": lambda journal, _: sign(journal, signed("new", 8), signed("newer", 5)),
    "the nonce, by a queued one": lambda journal, hold: journal.record(
        hold,
        [
            Change(Happening.SIGNED, signed("new", 8), is_new=True),
            Change(Happening.SIGNED, queued("order-1").signed(5, attempt("order-1", 5))),
        ],
        next_nonce=9,
    ),
    "the attempt": lambda journal, hold: journal.record(
        hold, [Change(Happening.BUMPED, signed("order", 5))], next_nonce=9
    ),
}


@pytest.mark.parametrize("taken", TAKEN)
def test_what_is_taken_is_not_taken_twice_and_nothing_of_the_write_is_there(journal: Journal, taken: str) -> None:
    hold = sign(journal, signed("order", 5))
    journal.queue(CHAIN, ALICE, [Change(Happening.QUEUED, queued("order-1"), is_new=True)])
    before = _state(journal)

    with pytest.raises(Overtaken):
        TAKEN[taken](journal, hold)

    assert _state(journal) == before
    assert faults(journal) == []


def test_another_chain_has_its_own_references_and_another_sender_its_own_nonces(journal: Journal) -> None:
    sign(journal, signed("order", 5))
    sign(journal, signed("order", 5), chain="another")  # the same bytes, too: a chain made anew from the same keys
    sign(journal, signed("order-2", 5, BOB))

    assert journal.find("another", "order") == journal.find(CHAIN, "order")
    assert faults(journal) == []


def test_a_change_of_what_is_not_kept_is_refused(journal: Journal) -> None:
    sign(journal, signed("order", 5))
    before = _state(journal)
    hold = journal.look(CHAIN, BOB, owner="one").hold

    changes = [Change(Happening.SIGNED, signed("new", 0, BOB), is_new=True)]
    changes.append(Change(Happening.MINED, mined(signed("none", 5, BOB))))
    with pytest.raises(JournalError, match="any more") as refused:
        journal.record(hold, changes, next_nonce=1)

    assert refused.value.moved is Moved.NO
    assert _state(journal) == before


@pytest.mark.parametrize(
    "intent",
    [
        signed("\ud800", 0),
        signed("order", 2**64),
        replace(signed("order", 0), gas_limit=2**64),
    ],
    ids=["no UTF-8", "nonce", "gas limit"],
)
def test_what_the_database_has_no_place_for_is_refused_whole(journal: Journal, intent: Intent) -> None:
    hold = journal.look(CHAIN, ALICE, owner="one").hold
    changes = [Change(Happening.SIGNED, one, is_new=True) for one in (signed("new", 1), intent)]
    with pytest.raises(JournalError, match="cannot be written"):
        journal.record(hold, changes, next_nonce=1)

    assert journal.find(CHAIN, "new") is None
    assert list(journal.verify()) == []


class Clock:
    """The time, as the test sets it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """One clock for both kinds: PostgreSQL's own would be its server's."""
    clock = Clock()
    monkeypatch.setattr(Database, "server_time", lambda *_: clock.now)
    return clock


@pytest.fixture
def timed(journal_url: str, clock: Clock) -> Iterator[Journal]:
    """A journal by that clock."""
    with Journal(journal_url, lease_seconds=LEASE, clock=clock) as journal:
        yield journal


def _keep(journal: Journal, hold: Hold) -> Hold:
    return journal.record(hold, (), next_nonce=hold.next_nonce)


def _take(journal: Journal, owner: str) -> Hold:
    view = journal.look(CHAIN, ALICE, owner=owner)
    assert view.is_free
    return _keep(journal, view.hold)


def _is_free(journal: Journal, owner: str = "two") -> bool:
    """Whether another may have the lane: if it looks held, a claim is refused too."""
    view = journal.look(CHAIN, ALICE, owner=owner)
    if not view.is_free:
        with pytest.raises(Overtaken):
            _keep(journal, view.hold)
    return view.is_free


def test_a_lane_that_was_never_used_is_free_and_of_two_claims_the_first_is_good(timed: Journal) -> None:
    claims = [timed.look(CHAIN, ALICE, owner=owner) for owner in ("one", "two")]
    assert all(claim.is_free and claim.holder == "" for claim in claims)

    _keep(timed, claims[0].hold)
    with pytest.raises(Overtaken, match="one"):
        _keep(timed, claims[1].hold)


def test_a_dead_holder_s_lane_is_free_when_the_lease_has_run_out_and_not_before(timed: Journal, clock: Clock) -> None:
    _take(timed, "one")

    clock.now += LEASE - 0.01
    assert not _is_free(timed)
    clock.now += 0.02
    assert _is_free(timed)
    assert _take(timed, "two").token == 2


def test_each_write_renews_the_lease_also_an_empty_one(timed: Journal, clock: Clock) -> None:
    hold = _take(timed, "one")
    for _ in range(4):
        clock.now += LEASE * 0.9
        hold = _keep(timed, hold)
        assert not _is_free(timed)
    clock.now += LEASE
    assert _is_free(timed)


def test_who_was_overtaken_cannot_write_however_late_it_wakes(timed: Journal, clock: Clock) -> None:
    late = sign(timed, signed("order", 5))
    clock.now += LEASE
    second = _take(timed, "two")
    change = Change(Happening.MINED, mined(signed("order", 5)))

    for seconds, is_released in itertools.product((0, LEASE, DAY), (False, True)):
        clock.now += seconds
        with pytest.raises(Overtaken, match="two"):
            timed.record(late, [change], next_nonce=0, is_released=is_released)
    timed.record(second, (), next_nonce=6, is_released=True)
    with pytest.raises(Overtaken):  # the lane is free, but not as it was when the claim was made
        _keep(timed, late)
    assert timed.find(CHAIN, "order") == signed("order", 5)
    assert timed.look(CHAIN, ALICE, owner="one").hold.next_nonce == 6
    assert faults(timed) == []


def test_who_slept_longer_than_its_lease_goes_on_if_nobody_took_the_lane(timed: Journal, clock: Clock) -> None:
    hold = _take(timed, "one")
    clock.now += DAY
    _keep(timed, hold)

    assert not _is_free(timed)


@pytest.mark.parametrize("step", [HOUR, DAY])
def test_a_dead_holder_s_lane_is_free_after_the_clock_was_set_back(timed: Journal, clock: Clock, step: int) -> None:
    _take(timed, "one")
    clock.now -= step

    assert _is_free(timed)
    _take(timed, "two")
    assert not _is_free(timed, "three")


def test_a_clock_that_is_mended_by_less_than_a_lease_gives_no_lane_away(timed: Journal, clock: Clock) -> None:
    _take(timed, "one")
    clock.now -= LEASE / 2
    assert not _is_free(timed)
    clock.now += LEASE * 1.5
    assert _is_free(timed)


@pytest.mark.parametrize("step", [-DAY, -HOUR, -1, 1, HOUR, DAY])
def test_a_living_holder_writes_on_whatever_the_clock_does(timed: Journal, clock: Clock, step: int) -> None:
    hold = _take(timed, "one")
    clock.now += step
    hold = _keep(timed, hold)

    assert not _is_free(timed)
    assert hold.token == 1


def test_a_lease_is_as_long_as_its_holder_said(timed: Journal, journal_url: str, clock: Clock) -> None:
    _take(timed, "one")
    with Journal(journal_url, lease_seconds=1, clock=clock) as hasty:
        clock.now += LEASE - 1
        assert not _is_free(hasty)
        clock.now += 1
        _take(hasty, "two")
    clock.now += 1
    assert _is_free(timed, "three")


def test_a_lane_that_is_let_go_is_free_at_once(timed: Journal) -> None:
    hold = _take(timed, "one")
    timed.record(hold, (), next_nonce=3, is_released=True)

    view = timed.look(CHAIN, ALICE, owner="two")
    assert (view.is_free, view.holder, view.hold.next_nonce) == (True, "", 3)
    assert _take(timed, "two").token == 2
    with pytest.raises(Overtaken):
        _keep(timed, hold)


def test_who_queues_takes_nothing_from_the_holder_and_prolongs_nothing(timed: Journal, clock: Clock) -> None:
    hold = sign(timed, signed("order", 5))
    clock.now += LEASE - 1
    timed.queue(CHAIN, ALICE, [Change(Happening.QUEUED, queued("order-2"), is_new=True)])
    timed.queue(CHAIN, ALICE, [])

    assert timed.look(CHAIN, ALICE, owner="two").holder == "one"
    assert timed.record(hold, [Change(Happening.MINED, mined(signed("order", 5)))], next_nonce=6) == hold
    assert [intent.reference for intent in timed.look(CHAIN, ALICE, owner="two").open] == ["order-2"]
    clock.now += LEASE
    timed.queue(CHAIN, ALICE, [Change(Happening.QUEUED, queued("order-3"), is_new=True)])
    assert _is_free(timed)
    assert faults(timed) == []


def test_hosts_whose_clocks_differ_go_by_the_server_s(postgresql_url: str) -> None:
    with (
        Journal(postgresql_url, clock=lambda: 0.0) as slow,
        Journal(postgresql_url, clock=lambda: 4e9) as fast,
    ):
        for holder, other in ((slow, fast), (fast, slow)):
            hold = _take(holder, "one")
            assert not _is_free(other)
            holder.record(hold, (), next_nonce=0, is_released=True)
            assert _is_free(other)
