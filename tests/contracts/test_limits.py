"""A minter's limit that refills: capacity, and what comes back each second

when a value is minted: it is taken, and comes back at the refill, to the second
when all has come back: no more does, the capacity is the most
when the limit is set anew: what was taken and has not come back stays taken
    given a smaller capacity than is taken: nothing is left until so much has come back; no detour gains anything
    given a plain allowance in between: it is what was set, and the next limit begins full
what is said to be available can be minted to the last unit, and not one unit more

The model is exact, in fractions. The contract may let less through, never more: each mint is rounded against the minter
by at most what comes back in 2**-24 of a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import MintAllowanceExceeded
from tests.contracts.words import (
    allow_minting,
    answer_of,
    call_of,
    facts_of,
    lift_limits,
    refilling,
    refusal_of,
    units,
)
from tests.world import reverts, same_world

if TYPE_CHECKING:
    from tests.world import World

TOKEN = 1_000_000
MINT = "mint(address,uint256)"
GRAIN = Fraction(1, 2**24)
DAY_SECONDS = 86_400
ANSWERS_TIME = bytes.fromhex("425f5260205ff3")  # TIMESTAMP, stored and returned


@dataclass
class Model:
    """What an ideal limit lets through, and what ours may hold back at most."""

    capacity: int
    refill: int
    taken: Fraction = Fraction(0)
    taken_at_most: Fraction = Fraction(0)
    minted: list[tuple[int, int]] = field(default_factory=list)  # moment and value

    def wait(self, seconds: int) -> None:
        self.taken = max(Fraction(0), self.taken - self.refill * seconds)
        self.taken_at_most = max(Fraction(0), self.taken_at_most - self.refill * seconds)

    def mint(self, moment: int, value: int) -> None:
        self.taken += value
        self.taken_at_most += value + self.refill * GRAIN
        self.minted.append((moment, value))

    def greatest(self) -> int:
        return floor(max(Fraction(0), self.capacity - self.taken))

    def least(self) -> int:
        return floor(max(Fraction(0), self.capacity - self.taken_at_most))

    def most_in_any_while(self) -> Fraction:
        """By how much the worst while exceeds the capacity and what came back in it; at most zero."""
        return max(
            Fraction(
                sum(value for moment, value in self.minted if first <= moment <= last)
                - self.capacity
                - self.refill * (last - first)
            )
            for first, _ in self.minted
            for last, _ in self.minted
            if first <= last
        )


@st.composite
def limits(draw: st.DrawFn) -> tuple[int, int]:
    """Any capacity, and a refill that fills it within a second to 272 years."""
    capacity = draw(st.integers(1, 10**24))
    seconds = draw(st.sampled_from([1, 2, 7, 60, DAY_SECONDS, 365 * DAY_SECONDS, 2**33]) | st.integers(1, 2**33))
    return capacity, capacity // seconds + 1


# A share of what is available, in 64ths, then a wait: a share of the time that the whole takes to refill, in 64ths.
steps = st.lists(st.tuples(st.integers(0, 64), st.integers(0, 80)), min_size=1, max_size=5)


def now(world: World) -> int:
    """The moment of a call that is not sent, by the chain itself: it may be a second after the newest block."""
    return int.from_bytes(world.chain.call(Call(None, ANSWERS_TIME)), "big")


def mined_at(world: World) -> int:
    moment: int = world.chain.block().timestamp
    return moment


def available(world: World, minter: str = "minter") -> int:
    return world.coin.minter_allowance(world.address(minter)).base_units


def mint(world: World, base_units: int) -> None:
    world.do(call_of(world, MINT, world.address("alice"), base_units), by="minter")


@given(limit=limits(), steps=steps)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the chain is put back by each example itself
)
def test_lets_through_what_an_exact_model_does(
    local: World, limit: tuple[int, int], steps: list[tuple[int, int]]
) -> None:
    world = same_world(local)
    snapshot = world.chain.take_snapshot()
    lift_limits(world)
    refilling(world, "minter", *limit)
    model, moment = Model(*answer_of(world, "minterLimit", world.address("minter"))[:2]), mined_at(world)

    for share, wait in steps:
        value = available(world) * share // 64
        if value:
            mint(world, value)
            model.wait(mined_at(world) - moment)
            moment = mined_at(world)
            model.mint(moment, value)
        world.chain.advance(seconds=1 + model.capacity * wait // (64 * model.refill))
        model.wait(now(world) - moment)
        moment = now(world)
        agree(world, model)

    assert not model.minted or model.most_in_any_while() <= 0
    world.chain.revert_to(snapshot)


def agree(world: World, model: Model) -> None:
    """The coin says what the model does, and means it to the last unit."""
    left, alice, minter = available(world), world.address("alice"), world.address("minter")
    assert model.least() <= left <= model.greatest()

    too_much = facts_of(refusal_of(world, call_of(world, MINT, alice, left + 1), by="minter"))
    assert too_much == ("MintAllowanceExceeded", {"minter": minter, "available": left, "needed": left + 1})
    assert left == 0 or refusal_of(world, call_of(world, MINT, alice, left), by="minter") is None


def test_comes_back_to_the_second_and_no_further_than_the_capacity(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, TOKEN)
    mint(local, 100 * TOKEN)
    emptied_at, seen = mined_at(local), set()

    for wait in (1, 1, 40, 55, 1, 1, 1, 1, 1000):
        seen.add(passed := now(local) - emptied_at)
        assert available(local) == min(passed, 100) * TOKEN
        local.chain.advance(seconds=wait)

    assert min(seen) <= 1
    assert max(seen) >= 100


def test_a_mint_is_refused_one_second_too_early(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, TOKEN)
    mint(local, 100 * TOKEN)
    emptied_at, ten = mined_at(local), call_of(local, MINT, local.address("alice"), 10 * TOKEN)

    while (passed := now(local) - emptied_at) < 9:
        refused = refusal_of(local, ten, by="minter")
        assert isinstance(refused, MintAllowanceExceeded)
        assert refused.available == passed * TOKEN
        local.chain.advance(seconds=1)
    while now(local) - emptied_at < 10:
        local.chain.advance(seconds=1)

    assert refusal_of(local, ten, by="minter") is None


def test_never_minted_from_it_is_full(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, 1)
    assert available(local) == 100 * TOKEN

    local.chain.advance(seconds=400 * DAY_SECONDS)

    assert available(local) == 100 * TOKEN


@pytest.mark.parametrize(("capacity", "left"), [(200, 140), (100, 40), (61, 1), (60, 0), (30, 0), (0, 0)], ids=str)
def test_what_is_taken_stays_taken_when_the_limit_is_set_anew(local: World, capacity: int, left: int) -> None:
    refilling(local, "minter", 100 * TOKEN, 1)
    mint(local, 60 * TOKEN)
    minted_at = mined_at(local)

    refilling(local, "minter", capacity * TOKEN, 1)

    assert 0 <= available(local) - left * TOKEN <= now(local) - minted_at


def test_a_smaller_limit_waits_until_what_was_taken_fits_in_it(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, 1)
    mint(local, 60 * TOKEN)
    refilling(local, "minter", 30 * TOKEN, TOKEN)
    set_at = mined_at(local)

    local.chain.advance(seconds=10)
    assert available(local) == 0
    local.chain.advance(seconds=30)

    assert 0 < available(local) == (now(local) - set_at - 30) * TOKEN


@pytest.mark.parametrize("lowest", [0, 1, 50])
def test_setting_a_limit_down_and_up_again_gains_nothing(local: World, lowest: int) -> None:
    refilling(local, "minter", 100 * TOKEN, 7)
    mint(local, 100 * TOKEN)
    emptied_at = mined_at(local)

    refilling(local, "minter", lowest * TOKEN, 7)
    refilling(local, "minter", 100 * TOKEN, 7)

    assert available(local) <= 7 * (now(local) - emptied_at)


def test_setting_the_same_limit_again_and_again_gains_nothing(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, 7)
    mint(local, 100 * TOKEN)
    emptied_at = mined_at(local)

    for _ in range(5):
        refilling(local, "minter", 100 * TOKEN, 7)
        assert available(local) <= 7 * (now(local) - emptied_at)


def test_many_small_mints_gain_nothing_over_one_great_one(local: World) -> None:
    refilling(local, "minter", 1000, 3)
    begun_at = mined_at(local)

    for _ in range(8):
        mint(local, 100)

    assert available(local) <= 1000 - 800 + 3 * (now(local) - begun_at)


def test_a_plain_allowance_does_not_refill(local: World) -> None:
    allow_minting(local, "minter", 10)
    mint(local, 4 * TOKEN)

    local.chain.advance(seconds=400 * DAY_SECONDS)

    assert available(local) == 6 * TOKEN
    assert answer_of(local, "minterLimit", local.address("minter")) == (6 * TOKEN, 0, 6 * TOKEN)


def test_a_plain_allowance_in_place_of_a_limit_is_what_was_set(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, TOKEN)
    mint(local, 100 * TOKEN)

    allow_minting(local, "minter", 5)

    assert available(local) == 5 * TOKEN
    assert answer_of(local, "minterLimit", local.address("minter")) == (5 * TOKEN, 0, 5 * TOKEN)
    mint(local, 5 * TOKEN)
    with reverts(MintAllowanceExceeded, available=0, needed=1):
        mint(local, 1)


def test_a_limit_in_place_of_a_plain_allowance_begins_full(local: World) -> None:
    allow_minting(local, "minter", 50)
    mint(local, 20 * TOKEN)

    refilling(local, "minter", 100 * TOKEN, 1)

    assert available(local) == 100 * TOKEN
    assert answer_of(local, "minterLimit", local.address("minter")) == (100 * TOKEN, 1, 100 * TOKEN)


def test_each_minter_has_a_limit_of_its_own(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, 1)
    refilling(local, "bob", 50 * TOKEN, 1)

    mint(local, 100 * TOKEN)

    assert available(local, "bob") == 50 * TOKEN
    assert local.coin.total_supply() == units(local, 100 * TOKEN)


def test_a_refused_mint_takes_nothing(local: World) -> None:
    refilling(local, "minter", 100 * TOKEN, 1)

    with reverts(MintAllowanceExceeded, available=100 * TOKEN, needed=100 * TOKEN + 1):
        mint(local, 100 * TOKEN + 1)

    assert available(local) == 100 * TOKEN


def test_a_limit_of_nothing_lets_nothing_through(local: World) -> None:
    refilling(local, "minter", 0, 1)
    local.chain.advance(seconds=DAY_SECONDS)

    with reverts(MintAllowanceExceeded, available=0, needed=1):
        mint(local, 1)
