"""The chains that tests run on. Each test finds the coin as it was deployed, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from stablecoin_tools import testing
from stablecoin_tools.chain import LocalChain
from stablecoin_tools.testing import AnvilChain
from tests.world import World, new_world, same_world

if TYPE_CHECKING:
    from collections.abc import Iterator

# The same examples every time, and no clock: a landing must not depend on luck or on a busy machine.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
ANVIL = ROOT / "contracts" / "node_modules" / ".bin" / "anvil"


class AnvilProcess(testing.AnvilProcess):
    """The anvil that npm installed for this package."""

    def __init__(self, *arguments: str, state: Path | None = None) -> None:
        super().__init__(*arguments, path=ANVIL, state=state)


@pytest.fixture(scope="session")
def anvil_process() -> Iterator[AnvilProcess]:
    with AnvilProcess() as process:
        yield process


@pytest.fixture(scope="session")
def _local_world() -> World:
    world = new_world(LocalChain())
    world.chain.advance(seconds=1)  # going back to a snapshot runs its block anew: let that be an empty one
    return world


@pytest.fixture(scope="session")
def _anvil_world(anvil_process: AnvilProcess) -> World:
    return new_world(AnvilChain.at(anvil_process.url))


@pytest.fixture
def local(_local_world: World) -> Iterator[World]:
    """The coin on the in-process chain."""
    yield from _undone(_local_world)


@pytest.fixture
def anvil(_anvil_world: World) -> Iterator[World]:
    """The coin on anvil."""
    yield from _undone(_anvil_world)


@pytest.fixture(params=["local", "anvil"])
def world(request: pytest.FixtureRequest) -> World:
    """The coin, on the in-process chain and once more on anvil."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, World)
    return found


@pytest.fixture(params=["local", "anvil"])
def empty_chain(request: pytest.FixtureRequest) -> Iterator[LocalChain | AnvilChain]:
    """A chain of the test's own, with nothing on it."""
    if request.param == "local":
        yield LocalChain()
        return
    with AnvilProcess() as process:
        yield AnvilChain.at(process.url)


def _undone(world: World) -> Iterator[World]:
    snapshot = world.chain.take_snapshot()
    yield same_world(world)
    world.chain.revert_to(snapshot)
