"""Where the tests of this folder put coins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.chain import LocalChain
from tests.deployment.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.testing import AnvilChain
    from tests.world import World


@pytest.fixture
def site(empty_chain: LocalChain | AnvilChain, tmp_path: Path) -> Site:
    return Site(empty_chain, tmp_path / "deployments")


@pytest.fixture
def local_site(tmp_path: Path) -> Site:
    return Site(LocalChain(), tmp_path / "deployments")


@pytest.fixture
def anvil_site(anvil: World, tmp_path: Path) -> Site:
    """On the shared anvil, whose state can be forged, with a coin that does not stand there yet; all is undone."""
    return Site(anvil.chain, tmp_path / "deployments", name="Another Dollar")
