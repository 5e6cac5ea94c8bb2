"""Who signs on a machine that is never connected: files go there and come back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stablecoin_tools.deployment.executors import (
    SignedSteps,
    UnsignedSteps,
    prepare_offline,
    publish_offline,
    read_signed,
    read_unsigned,
    sign_offline,
)
from stablecoin_tools.networks import find_network
from tests.deployment.executors.ground import MADE_AT
from tests.world import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.chain import Receipt
    from stablecoin_tools.deployment.plans import Plan
    from tests.world import World

NOW = MADE_AT + timedelta(minutes=5)
LATE = MADE_AT + timedelta(minutes=60)


@dataclass(frozen=True)
class Desk:
    """Alice's desk: her key is on a machine that is never connected, and all goes there and back as files."""

    world: World
    plan: Plan

    def prepare(self, *, first: int = 0, **others: Any) -> UnsignedSteps:
        sender, chain = self.world.address("alice"), self.world.chain
        steps = prepare_offline(
            self.plan, self.plan.networks[0], sender=sender, **{"chain": chain, "first": first, **others}
        )
        return read_unsigned(steps.as_text())

    def sign(self, unsigned: UnsignedSteps, *, by: str = "alice") -> SignedSteps:
        signer = self.world.signers[by]
        return read_signed(sign_offline(unsigned, signer=signer, network=find_network("anvil"), now=NOW).as_text())

    def publish(self, unsigned: UnsignedSteps, signed: SignedSteps, **others: Any) -> Iterator[Receipt]:
        given = {"chain": self.world.chain, "now": NOW, "waiting": IMPATIENT, **others}
        return publish_offline(unsigned, signed, **given)

    def nonce(self) -> int:
        return int(self.world.chain.nonce(self.world.address("alice")))
