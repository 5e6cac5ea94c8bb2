"""Two coins on a chain of their own, opened once; each test finds the market as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.chain import LocalChain
from tests.contracts.trading import Market, new_market
from tests.world import new_world

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def _opened_market() -> Market:
    opened = new_market(new_world(LocalChain()))
    opened.dollar.chain.advance(seconds=1)  # going back to a snapshot runs its block anew: let that be an empty one
    return opened


@pytest.fixture
def market(_opened_market: Market) -> Iterator[Market]:
    """Dollars of alice, euros of bob, and a contract that settles, on the in-process chain."""
    chain = _opened_market.dollar.chain
    snapshot = chain.take_snapshot()
    yield _opened_market.with_fresh_journal()
    chain.revert_to(snapshot)
