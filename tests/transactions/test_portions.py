"""by_portions: asks about many things, by smaller portions where the node fails

when the node answers: one question is enough
when it fails now and then, in any pattern: everything is answered, once, in its order
when it fails again and again: the last error, after what was answered before; and few questions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.errors import Unreachable
from stablecoin_tools.transactions.portions import by_portions

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FAILURES = 8


def test_one_question_is_enough_where_the_node_answers() -> None:
    asked: list[int] = []

    def ask(items: Sequence[int]) -> Sequence[int]:
        asked.append(len(items))
        return items

    assert list(by_portions(range(100), ask)) == list(range(100))
    assert asked == [100]
    assert list(by_portions([], ask)) == []
    assert asked == [100]


@given(count=st.integers(0, 300), fails=st.lists(st.booleans(), max_size=200))
def test_all_is_answered_once_and_in_order_whenever_it_fails(count: int, fails: list[bool]) -> None:
    coming = iter(fails)
    in_a_row = 0

    def ask(items: Sequence[int]) -> list[int]:
        nonlocal in_a_row
        assert len(items) > 0
        if in_a_row < MOST_FAILURES - 1 and next(coming, False):
            in_a_row += 1
            raise Unreachable("gone")
        in_a_row = 0
        return [2 * item for item in items]

    assert list(by_portions(range(count), ask)) == [2 * item for item in range(count)]


@pytest.mark.parametrize("answered", [0, 30])
def test_a_node_that_is_gone_is_not_asked_for_ever(answered: int) -> None:
    told: list[int] = []
    asked: list[int] = []

    def ask(items: Sequence[int]) -> Sequence[int]:
        asked.append(len(items))
        if items[0] >= answered or len(items) > answered:
            raise Unreachable("gone")
        return items

    answers = by_portions(range(100), ask)
    with pytest.raises(Unreachable):
        told.extend(answers)  # what came before the error is kept
    assert len(asked) <= 2 * MOST_FAILURES
    assert told == list(range(len(told)))
    assert bool(told) == bool(answered)
