"""A node for each test, and somebody who pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.testing import AnvilChain, AnvilProcess
from tests.testing.words import Payer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def node(anvil_process: AnvilProcess) -> Iterator[AnvilChain]:
    """Anvil itself, with no storm before it; each test finds it as the one before did."""
    chain = AnvilChain.at(anvil_process.url)
    snapshot = chain.take_snapshot()
    yield chain
    chain.drop_all_transactions()
    chain.revert_to(snapshot)
    chain.set_automine(True)


@pytest.fixture
def payer(node: AnvilChain) -> Payer:
    return Payer(node)
