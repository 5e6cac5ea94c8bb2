"""SendState: when to wait, when to offer more, when to stop waiting

when the time is up: give up, not a moment earlier
when an offer is due, and no receipt was seen: bump
otherwise: wait
it is pure: asked twice, it answers the same
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.transactions import SendState, Step, WaitPolicy

seconds = st.floats(0, 1e6, allow_nan=False)
policies = st.builds(WaitPolicy, seconds, seconds, seconds, seconds)
clocks = st.lists(st.floats(-1e6, 1e9, allow_nan=False), min_size=1, max_size=30)


@settings(deadline=None)
@given(policy=policies, clock=clocks, is_mined=st.lists(st.booleans(), min_size=30, max_size=30))
def test_never_gives_up_early_nor_bumps_when_not_due(
    policy: WaitPolicy, clock: list[float], is_mined: list[bool]
) -> None:
    state = SendState.begin(policy, clock[0])
    offered_at = clock[0]
    for now, mined in zip(clock, is_mined, strict=False):
        step = state.next_step(now, is_mined=mined)
        waited, limit = now - clock[0], policy.finality_seconds if mined else policy.timeout_seconds

        assert (step is Step.GIVE_UP) == (waited >= limit)
        if step is Step.BUMP:
            assert not mined
            assert now - offered_at >= policy.bump_after_seconds
            state, offered_at = state.offered(now), max(now, offered_at)
        elif step is Step.WAIT:
            assert mined or now - offered_at < policy.bump_after_seconds


@settings(deadline=None)
@given(policy=policies, clock=clocks, is_mined=st.booleans())
def test_is_pure(policy: WaitPolicy, clock: list[float], is_mined: bool) -> None:  # noqa: FBT001  # hypothesis names it
    state = SendState.begin(policy, 0)
    before = (state.policy, state.started_at, state.offered_at)

    steps = [state.next_step(now, is_mined=is_mined) for now in clock]
    state.offered(clock[0])

    assert (state.policy, state.started_at, state.offered_at) == before
    assert [state.next_step(now, is_mined=is_mined) for now in clock] == steps


def test_bumps_at_each_interval_and_gives_up_at_the_end() -> None:
    state = SendState.begin(WaitPolicy(bump_after_seconds=10, timeout_seconds=35), 100)
    steps = {}
    for now in range(100, 140):
        steps[now] = state.next_step(now)
        if steps[now] is Step.BUMP:
            state = state.offered(now)

    assert [now for now, step in steps.items() if step is Step.BUMP] == [110, 120, 130]
    assert min(now for now, step in steps.items() if step is Step.GIVE_UP) == 135


def test_a_mined_transaction_is_never_bumped_and_waits_for_finality() -> None:
    state = SendState.begin(WaitPolicy(bump_after_seconds=10, timeout_seconds=35, finality_seconds=100), 0)

    assert {state.next_step(now, is_mined=True) for now in range(100)} == {Step.WAIT}
    assert state.next_step(100, is_mined=True) is Step.GIVE_UP


def test_a_clock_that_goes_back_does_not_hasten_a_bump() -> None:
    state = SendState.begin(WaitPolicy(bump_after_seconds=10), 100).offered(50)

    assert state.next_step(109) is Step.WAIT
    assert state.next_step(110) is Step.BUMP


def test_cannot_be_changed() -> None:
    state: Any = SendState.begin(WaitPolicy(), 0)

    with pytest.raises(AttributeError):
        state.started_at = 5
