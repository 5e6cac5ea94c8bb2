"""The chains that tests run on. Each test finds the coin as it was deployed, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from stablecoin_tools.chain import LocalChain
from tests.world import AnvilChain, World, anvil_chain, new_world, same_world

if TYPE_CHECKING:
    from collections.abc import Iterator

# The same examples every time, and no clock: a landing must not depend on luck or on a busy machine.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
ANVIL = ROOT / "contracts" / "node_modules" / ".bin" / "anvil"
_START_SECONDS = 30


class AnvilProcess:
    """An anvil of our own on a free port."""

    def __init__(self, *arguments: str) -> None:
        assert ANVIL.exists(), "anvil is missing: run `npm ci` in contracts/"
        self._process = subprocess.Popen(
            [ANVIL, "--port", "0", "--hardfork", "prague", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.url = f"http://127.0.0.1:{self._port()}"
        threading.Thread(target=self._drain, daemon=True).start()

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(timeout=_START_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()

    def _port(self) -> int:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if listening := re.search(r"Listening on 127\.0\.0\.1:(\d+)", line):
                return int(listening[1])
        raise AssertionError("anvil ended before it listened")

    def _drain(self) -> None:
        assert self._process.stdout is not None
        try:
            for _ in self._process.stdout:
                pass
        except ValueError:
            return  # closed by stop()


@pytest.fixture(scope="session")
def anvil_process() -> Iterator[AnvilProcess]:
    process = AnvilProcess()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def _local_world() -> World:
    world = new_world(LocalChain())
    world.chain.advance(seconds=1)  # going back to a snapshot runs its block anew: let that be an empty one
    return world


@pytest.fixture(scope="session")
def _anvil_world(anvil_process: AnvilProcess) -> World:
    return new_world(anvil_chain(anvil_process.url))


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
    process = AnvilProcess()
    yield anvil_chain(process.url)
    process.stop()


def _undone(world: World) -> Iterator[World]:
    snapshot = world.chain.take_snapshot()
    yield same_world(world)
    world.chain.revert_to(snapshot)
