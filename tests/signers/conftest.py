"""What the tests of signers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chain.node import ScriptedNode, running_node
from tests.signers.remotes import ADDRESS, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    """Where a remote signer is to be: it tells its addresses, and nothing else until it is told what."""
    with running_node() as started:
        started.results(eth_accounts=[str(OTHER), str(ADDRESS).lower()])
        yield started
