"""settlement_creation(), settlement_address()

when it is sent: the settlement contract stands at its address, which no chain changes
when it stands there already: refused
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.deployment.create2 import DEPLOYER
from stablecoin_tools.deployment.settlement import settlement_address, settlement_creation
from stablecoin_tools.reverts import UnknownRevert
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World


def test_the_contract_stands_where_it_was_to_stand(world: World) -> None:
    creation = settlement_creation()
    assert world.chain.code(settlement_address()) == b""

    world.transactions.send(creation, signer=world.signers["alice"])

    assert load_artifact("PaymentVersusPayment").is_runtime(world.chain.code(settlement_address()))
    assert creation.to == DEPLOYER
    assert creation.description == f"create the settlement contract at {settlement_address()}"


def test_it_is_created_once(world: World) -> None:
    world.transactions.send(settlement_creation(), signer=world.signers["alice"])

    with reverts(UnknownRevert, revert_data=b""):
        world.transactions.send(settlement_creation(), signer=world.signers["bob"])
