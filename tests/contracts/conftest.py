"""The chain of the contract tests: they measure no gas, so a call is tried once before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.chain import Call, LocalChain
from tests.world import new_world, same_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.addresses import Address
    from tests.world import World

_MORE_GAS_THAN_ANY_CALL_USES = 8_000_000


class UnmeasuredChain(LocalChain):
    """The in-process chain, refusing what it refuses, but estimating every call alike: that takes one run of each."""

    def estimate_gas(self, call: Call, *, sender: Address) -> int:
        self.call(call, sender=sender)
        return _MORE_GAS_THAN_ANY_CALL_USES


@pytest.fixture(scope="session")
def _unmeasured_world() -> World:
    world = new_world(UnmeasuredChain())
    world.chain.advance(seconds=1)  # going back to a snapshot runs its block anew: let that be an empty one
    return world


@pytest.fixture
def local(_unmeasured_world: World) -> Iterator[World]:
    """The coin on the in-process chain, as it was deployed; nothing is left behind."""
    snapshot = _unmeasured_world.chain.take_snapshot()
    yield same_world(_unmeasured_world)
    _unmeasured_world.chain.revert_to(snapshot)
