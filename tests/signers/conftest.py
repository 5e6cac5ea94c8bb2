"""What the tests of signers share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from tests.chain.node import ScriptedNode, running_node
from tests.signers.hsm import Hsm, new_hsm
from tests.signers.kms_service import Kms, ScriptedKms, running_kms, scripted_kms
from tests.signers.remotes import ADDRESS, OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    """Where a remote signer is to be: it tells its addresses, and nothing else until it is told what."""
    with running_node() as started:
        started.results(eth_accounts=[str(OTHER), str(ADDRESS).lower()])
        yield started


@pytest.fixture(scope="session")
def kms() -> Iterator[Kms]:
    """An AWS KMS in which any test may make keys."""
    with running_kms() as started:
        yield started


@pytest.fixture(scope="session")
def scripted_service() -> Iterator[ScriptedKms]:
    """An AWS KMS that answers as it is told."""
    with scripted_kms() as started:
        yield started


@pytest.fixture
def scripted(scripted_service: ScriptedKms) -> Iterator[ScriptedKms]:
    """The same, in reach of this test, which is the first to ask and to tell it anything."""
    with scripted_service.kms.in_reach():
        yield scripted_service
    scripted_service.forget()


@pytest.fixture(scope="session")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hsm]:
    """An HSM on whose token any test may put keys. A process has one alone: its library reads once where that is."""
    made = new_hsm(tmp_path_factory.mktemp("hsm"))
    with patch.dict(os.environ, made.environment()):
        yield made
