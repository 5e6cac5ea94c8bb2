"""SendState: what to do next, whatever news come in whatever order, and whatever the clock does

when no receipt is known: publish, offer more, prove, or wait, each in its time; never wait for ever
when a higher offer is not due, the nonce is used, or money is what lacks: no higher offer
when the nonce has been used for long: prove; only a proof gives a new nonce
when a receipt is seen: settled; final only by a final block, and for good
when the block is undone: publish
it is pure: asked twice, it answers the same, and nothing changes it
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from stablecoin_tools.errors import UsageError
from stablecoin_tools.transactions import SendState, Stage, Step, WaitPolicy
from stablecoin_tools.transactions.node_answers import Meaning

if TYPE_CHECKING:
    from collections.abc import Callable

seconds = st.integers(0, 1_000)
jumps = st.one_of(st.integers(0, 60), st.integers(-10_000, 10_000))
answers = st.sampled_from([None, *Meaning])
blocks = st.integers(0, 20)
policies = st.builds(
    WaitPolicy,
    poll_seconds=seconds,
    republish_after_seconds=seconds,
    bump_after_seconds=seconds,
    prove_after_seconds=seconds,
)
POLICY = WaitPolicy(poll_seconds=1, republish_after_seconds=15, bump_after_seconds=45, prove_after_seconds=30)
LATER = 10**9


class News(RuleBasedStateMachine):
    """Any news in any order, beside a record of what they were."""

    @initialize(policy=policies, now=st.integers(-5_000, 5_000))
    def begin(self, policy: WaitPolicy, now: int) -> None:
        self.now = now
        self.newest = now  # the latest time that any news ever named
        self.state = SendState(policy, offered_at=now)
        self.waits_since = now  # the last offer, or the reopening, after which a higher offer must wait
        self.used_since: int | None = None
        self.block: int | None = None
        self.is_proven = False
        self.final: SendState | None = None

    @property
    def is_open(self) -> bool:
        return self.block is None and not self.is_proven

    @rule(jump=jumps)
    def time_passes_or_goes_back(self, jump: int) -> None:
        self.now += jump

    @rule(answer=answers)
    def published(self, answer: Meaning | None) -> None:
        self._after(self.state.published(self.now, answer))

    @rule()
    def offered(self) -> None:
        if self.is_open:
            self.waits_since = max(self.waits_since, self.now)
        self._after(self.state.offered(self.now))

    @rule()
    def held(self) -> None:
        if self.is_open:
            self.waits_since = max(self.waits_since, self.now)
        self._after(self.state.held(self.now))

    @rule(block=blocks)
    def seen(self, block: int) -> None:
        if self.final is None and not self.is_proven:
            self.block, self.used_since = block, None
        self._after(self.state.seen(block))

    @rule(is_nonce_used=st.booleans())
    def not_seen(self, is_nonce_used: bool) -> None:  # noqa: FBT001  # hypothesis names it
        was_mined = self.block is not None and self.final is None
        if was_mined:
            self.block, self.used_since, self.waits_since = None, None, self.now
        elif self.is_open and not is_nonce_used:
            self.used_since = None
        elif self.is_open and self.used_since is None:
            self.used_since = self.now
        self._after(self.state.not_seen(self.now, is_nonce_used=is_nonce_used))
        if was_mined:
            assert (self.state.stage, self.state.next_step(self.now)) == (Stage.PENDING, Step.PUBLISH)

    @rule(stage=st.sampled_from(Stage), number=blocks)
    def settled(self, stage: Stage, number: int) -> None:
        before = self.state
        self._after(self.state.settled(stage, number))
        if self.state != before:
            assert before.stage in (Stage.MINED, Stage.SAFE)
            assert self.block is not None
            assert self.block <= number
            assert (self.state.stage, self.state) == (stage, replace(before, stage=stage))

    @rule()
    def consumed(self) -> None:
        self.is_proven = self.is_proven or self.is_open
        self._after(self.state.consumed())

    @rule()
    def not_consumed(self) -> None:
        if self.is_open and self.used_since is not None:
            self.used_since = self.now
        self._after(self.state.not_consumed(self.now))

    @precondition(lambda self: self.is_open)
    @rule()
    def done_as_told(self) -> None:
        """As a lane does it: the next step, at once."""
        step = self.state.next_step(self.now)
        if step is Step.PUBLISH:
            self.published(None)
            assert self.state.next_step(self.now) is not Step.PUBLISH or not self.state.policy.republish_after_seconds
        elif step is Step.BUMP:
            self.offered()
            assert self.state.next_step(self.now) is Step.PUBLISH
        elif step is Step.PROVE:
            self.not_consumed()
            assert self.state.next_step(self.now) is Step.WAIT or not self.state.policy.prove_after_seconds

    @invariant()
    def tells_where_it_stands(self) -> None:
        assert self.state.is_open == self.is_open
        assert (self.state.next_step(self.now) is Step.REASSIGN) == self.is_proven
        assert (self.state.next_step(self.now) is Step.SETTLED) == (self.block is not None)
        assert self.state.block_number == self.block

    @invariant()
    def offers_more_only_when_it_is_due(self) -> None:
        for now in (self.now, self.now + 50, self.now + LATER, self.now - 50):
            if self.state.next_step(now) is Step.BUMP:
                assert now - self.waits_since >= self.state.policy.bump_after_seconds
                assert self.used_since is None
                assert self.state.answer not in (Meaning.NO_MONEY, Meaning.INVALID, Meaning.NONCE_GAP)

    @invariant()
    def proves_only_what_was_used_for_long(self) -> None:
        for now in (self.now, self.now + 50, self.now + LATER, self.now - 50):
            if self.state.next_step(now) is Step.PROVE:
                assert self.used_since is not None
                assert now - self.used_since >= self.state.policy.prove_after_seconds

    @invariant()
    def never_waits_for_ever(self) -> None:
        assert self.state.next_step(self.newest + LATER) is not Step.WAIT

    @invariant()
    def answers_the_same_twice(self) -> None:
        again = SendState(**{one.name: getattr(self.state, one.name) for one in fields(self.state)})
        for now in (self.now, self.now + 100):
            assert self.state.next_step(now) is self.state.next_step(now) is again.next_step(now)

    def _after(self, state: SendState) -> None:
        self.newest = max(self.newest, self.now)
        if self.final is not None:
            assert state == self.final
        self.state = state
        if state.stage is Stage.FINALIZED:
            assert self.block is not None
            self.final = state


TestNews = News.TestCase
TestNews.settings = settings(max_examples=250, stateful_step_count=40, deadline=None)


def test_offers_more_at_each_interval_and_publishes_in_between() -> None:
    state = SendState(POLICY, offered_at=100)
    steps: dict[int, Step] = {}
    for now in range(100, 200):
        step = state.next_step(now)
        if step is not Step.WAIT:
            steps[now] = step
        if step is Step.BUMP:
            state = state.offered(now).published(now)
        elif step is Step.PUBLISH:
            state = state.published(now)

    publish, bump = Step.PUBLISH, Step.BUMP
    assert steps == {100: publish, 115: publish, 130: publish, 145: bump, 160: publish, 175: publish, 190: bump}


@pytest.mark.parametrize(
    ("answer", "soon"),
    [
        (None, False),
        (Meaning.TAKEN, False),
        (Meaning.NONCE_USED, False),
        (Meaning.UNDERPRICED, False),
        (Meaning.FEE_TOO_LOW, False),
        (Meaning.NO_MONEY, False),
        (Meaning.INVALID, False),
        (Meaning.BUSY, True),
        (Meaning.POOL_FULL, True),
        (Meaning.NONCE_GAP, True),
        (Meaning.UNKNOWN, True),
    ],
)
def test_no_answer_ends_it_and_some_are_worth_asking_again_soon(answer: Meaning | None, soon: bool) -> None:  # noqa: FBT001  # a parameter
    state = SendState(POLICY, offered_at=0).published(0, answer)

    assert state.is_open
    assert next(now for now in range(45) if state.next_step(now) is Step.PUBLISH) == (1 if soon else 15)
    assert state.next_step(45) is (Step.PUBLISH if answer in _NOT_ABOUT_FEES else Step.BUMP)


_NOT_ABOUT_FEES = (Meaning.NO_MONEY, Meaning.NONCE_GAP, Meaning.NONCE_USED, Meaning.INVALID)


def test_a_used_nonce_is_proven_after_a_while_and_again_after_a_while() -> None:
    state = SendState(POLICY, offered_at=0).published(0).not_seen(50, is_nonce_used=True)

    assert {state.next_step(now) for now in range(50, 80)} == {Step.WAIT}
    assert state.next_step(80) is Step.PROVE
    later = state.not_seen(70, is_nonce_used=True).not_consumed(80)
    assert {later.next_step(now) for now in range(80, 110)} == {Step.WAIT}
    assert later.next_step(110) is Step.PROVE
    assert later.consumed().next_step(110) is Step.REASSIGN


def test_a_nonce_that_was_free_between_two_looks_is_watched_anew() -> None:
    state = SendState(POLICY, offered_at=0).published(0).not_seen(10, is_nonce_used=True)
    state = state.not_seen(39, is_nonce_used=False).not_seen(40, is_nonce_used=True)

    assert state.next_step(69) is Step.WAIT
    assert state.next_step(70) is Step.PROVE


def test_a_clock_that_goes_back_does_not_hasten_an_offer() -> None:
    state = SendState(POLICY, offered_at=100).published(100).offered(50).published(50)

    assert Step.BUMP not in {state.next_step(now) for now in range(145)}
    assert state.next_step(145) is Step.BUMP


def test_finality_is_of_the_block_that_it_is_in_now() -> None:
    state = SendState.mined(POLICY, 0, block_number=7)

    assert state.settled(Stage.FINALIZED, 6) == state
    assert state.settled(Stage.FINALIZED, 7).stage is Stage.FINALIZED
    assert state.seen(9).settled(Stage.FINALIZED, 8).stage is Stage.MINED
    assert state.settled(Stage.SAFE, 7).settled(Stage.SAFE, 7).stage is Stage.SAFE
    assert state.settled(Stage.SAFE, 7).seen(9).stage is Stage.MINED
    assert SendState(POLICY, 0).settled(Stage.FINALIZED, 100).stage is Stage.PENDING


@given(policy=policies, clock=st.lists(st.integers(-(10**6), 10**9), min_size=1, max_size=30))
def test_asking_changes_nothing(policy: WaitPolicy, clock: list[int]) -> None:
    state = SendState(policy, 0)
    news: list[Callable[[SendState], SendState]] = [
        lambda one: one.published(clock[0]),
        lambda one: one.offered(clock[0]),
        lambda one: one.seen(3),
        lambda one: one.not_seen(clock[0], is_nonce_used=True),
        lambda one: one.consumed(),
    ]
    before, steps = replace(state), [state.next_step(now) for now in clock]
    for tell in news:
        tell(state)

    assert state == before
    assert [state.next_step(now) for now in clock] == steps


def test_cannot_be_changed() -> None:
    state: Any = SendState(POLICY, 0)

    for one in fields(SendState):
        with pytest.raises(FrozenInstanceError):
            setattr(state, one.name, 5)


def test_looks_follow_each_other_sooner_at_first_and_never_later_than_asked() -> None:
    pauses = [WaitPolicy(poll_seconds=1).pause_seconds(looks) for looks in range(1, 8)]

    assert pauses == [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 1, 1]


@pytest.mark.parametrize(
    "nonsense",
    [{"in_flight": 0}, {"in_flight": -1}, {"in_flight": 1.5}, {"poll_seconds": -1}, {"timeout_seconds": float("nan")}],
    ids=repr,
)
def test_a_policy_by_which_nothing_could_go_on_is_refused(nonsense: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        WaitPolicy(**nonsense)
