"""The words of the tests about upgrades: a coin that was used, an upgrade that is prepared, a plan that is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from stablecoin_tools.deployment import apply_network, prepare_upgrade, read_plan
from stablecoin_tools.roles import PauseScope
from tests.contracts.signing import call_signed, payment, permission
from tests.contracts.words import allow_bridging, allow_minting, call_of, reference

if TYPE_CHECKING:
    from stablecoin_tools.deployment import Implementations, Plan, Upgrade
    from stablecoin_tools.deployment.implementations import Implementation
    from tests.world import World

DAY = timedelta(days=1)


def lived_in(world: World) -> None:
    """A coin that was used: holders, a permit, a payment by signature, references, part-used limits, stops."""
    coin, alice, bob = world.coin, world.address("alice"), world.address("bob")
    allow_minting(world, "minter", 70)
    world.do(call_of(world, "mint(address,uint256,bytes32)", alice, 50_000_000, reference(1)), by="minter")
    world.do(call_of(world, "mint(address,uint256,bytes32)", bob, 5_000_000, reference(2)), by="minter")
    world.do(call_signed(world, "permit", permission(world)), by="bob")
    world.do(call_signed(world, "transferWithAuthorization", payment(world)), by="bob")
    world.do(call_of(world, "redeem", 1_000_000, reference(1)), by="alice")
    allow_bridging(world, "bob", 5)
    world.do(call_of(world, "setContractURI", "ipfs://coin"), by="admin")
    world.do(coin.calls.blacklist(bob), by="blacklister")
    world.do(coin.calls.pause(PauseScope.REDEMPTION), by="pauser")


def prepared(world: World, new: Implementation, known: Implementations, **changes: Any) -> Upgrade:
    options: dict[str, Any] = {
        "known": known,
        "sender": world.address("upgrader"),
        "now": datetime.now(UTC),
        "valid_for": DAY,
    }
    return prepare_upgrade(world.coin, world.chain, new, **(options | changes))


def applied(world: World, plan: Plan, *, by: str = "upgrader") -> None:
    """Does a plan as whoever reads its file would."""
    read = read_plan(plan.as_text(), now=datetime.now(UTC))
    signer = world.signers[by]
    ended = apply_network(
        read, read.networks[0], world.chain, signers={signer.address: signer}, transactions=world.transactions
    )
    assert ended.tasks == ()
