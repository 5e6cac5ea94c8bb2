"""ensure_deployer(chain, signer, transactions, sent), on a chain that lacks the deployer

when all goes well: it is paid for, published, and stands; run again: nothing
given it is paid for already, and not mined in time: OutcomeUnknown, and run again it goes on
given the node does not answer, or has it already: it may be mined, and is waited for
given the node does not take it: DeploymentError, and what was paid is said
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.chain import LocalChain
from stablecoin_tools.deployment.create2 import (
    DEPLOYER,
    DEPLOYER_CODE,
    KEYLESS_COST_WEI,
    KEYLESS_SIGNER,
    ensure_deployer,
)
from stablecoin_tools.errors import DeploymentError, Moved, NodeRefused, OutcomeUnknown, Unreachable
from stablecoin_tools.testing import AnvilChain
from stablecoin_tools.transactions import TransactionManager
from tests.chain.bent import bent
from tests.conftest import AnvilProcess
from tests.world import IMPATIENT, signers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.chain import Receipt


@pytest.fixture(scope="module")
def node() -> Iterator[AnvilProcess]:
    with AnvilProcess("--disable-default-create2-deployer") as process:
        yield process


@pytest.fixture
def chain(node: AnvilProcess) -> Iterator[AnvilChain]:
    chain = AnvilChain.at(node.url)
    snapshot = chain.take_snapshot()
    yield chain
    chain.drop_all_transactions()
    chain.revert_to(snapshot)


def ensured(chain: Any, *, through: Any = None) -> list[Receipt]:
    """What was sent for it."""
    sent: list[Receipt] = []
    transactions = TransactionManager(chain, waiting=IMPATIENT)
    ensure_deployer(through or chain, signers_of(chain)["bob"], transactions, sent, sleep=lambda _: None)
    return sent


def test_it_is_paid_for_published_and_stands(chain: AnvilChain) -> None:
    assert len(ensured(chain)) == 1
    assert chain.code(DEPLOYER) == DEPLOYER_CODE
    assert ensured(chain) == []


def test_not_mined_in_time_the_outcome_is_unknown_and_the_same_again_goes_on(chain: AnvilChain) -> None:
    chain.set_balance(KEYLESS_SIGNER, KEYLESS_COST_WEI)
    with chain.mining_paused():
        for _ in range(2):  # the second time, the node has it already
            with pytest.raises(OutcomeUnknown, match="the CREATE2 deployer was published to anvil") as unknown:
                ensured(chain)
            assert unknown.value.moved is Moved.UNKNOWN
            assert set(unknown.value.transaction_hashes) == chain.pooled()

    chain.mine()
    assert chain.code(DEPLOYER) == DEPLOYER_CODE
    assert ensured(chain) == []


def test_a_lost_answer_is_no_failure(chain: AnvilChain) -> None:
    chain.set_balance(KEYLESS_SIGNER, KEYLESS_COST_WEI)

    def lose(signed: bytes) -> None:
        chain.publish(signed)
        chain.mine()
        raise Unreachable("the answer was lost")

    assert ensured(chain, through=bent(chain, publish=lose)) == []
    assert chain.code(DEPLOYER) == DEPLOYER_CODE


def test_a_node_that_falls_silent_after_it_was_published_leaves_it_unknown(chain: AnvilChain) -> None:
    chain.set_balance(KEYLESS_SIGNER, KEYLESS_COST_WEI)
    answers = iter([b""])

    def code(_: object) -> bytes:
        for answer in answers:
            return answer
        raise Unreachable("The node fell silent.")

    with pytest.raises(Unreachable) as silent:
        ensured(chain, through=bent(chain, code=code))

    assert silent.value.moved is Moved.UNKNOWN
    assert "may be mined" in silent.value.hint
    assert "nothing was sent" not in silent.value.hint


def test_what_the_node_does_not_take_is_an_error() -> None:
    chain = LocalChain()

    def refuse(_: bytes) -> None:
        raise NodeRefused("only replay-protected (EIP-155) transactions allowed over RPC")

    with pytest.raises(DeploymentError, match="local does not take the CREATE2 deployer: only replay-protected"):
        ensured(chain, through=bent(chain, publish=refuse))

    assert chain.balance_wei(KEYLESS_SIGNER) == KEYLESS_COST_WEI
