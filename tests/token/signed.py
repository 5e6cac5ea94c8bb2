"""What alice signs in tests."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from stablecoin_tools.token import CancelAuthorization, Permit, ReceiveAuthorization, TransferAuthorization

if TYPE_CHECKING:
    from tests.world import World

Signed = Permit | TransferAuthorization | ReceiveAuthorization | CancelAuthorization

_NONCES = count(1)


def in_an_hour(world: World) -> datetime:
    return datetime.fromtimestamp(world.chain.block().timestamp + 3600, UTC)


def permit_of(world: World) -> Permit:
    alice, bob = world.address("alice"), world.address("bob")
    nonce = world.coin.nonces(alice)
    return Permit(owner=alice, spender=bob, value=world.coin.amount(3), nonce=nonce, deadline=in_an_hour(world))


def payment_of(world: World, kind: Any = TransferAuthorization) -> Any:
    return kind(
        sender=world.address("alice"),
        to=world.address("bob"),
        value=world.coin.amount(3),
        nonce=next(_NONCES).to_bytes(32),
        valid_before=in_an_hour(world),
    )


def signature_of(world: World, signed: Signed, *, by: str = "alice") -> bytes:
    return world.signers[by].sign_typed_data(signed.message(world.coin.eip712_domain()))
