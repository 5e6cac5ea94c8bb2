"""Every verb of the coin that moves a balance or allows a move, and the one rule of who is refused.

A move is refused for its operator (spender, minter, bridge) if that is blacklisted; else while its scope is paused;
else for its sender, then for its receiver, if that is blacklisted, or not verified while the coin is for verified
accounts. Taking by order asks that the sender is blacklisted, and knows no pause. Allowing asks for the pause alone,
and canceling an authorization asks for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.contracts.signing import BYTES, FOREVER, PARTS, payment, permission, signed, submitted
from tests.contracts.words import UNLIMITED, allow_bridging, allow_minting, call_of, reference

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from tests.world import World

TRANSFERS, MINTING, REDEMPTION = 1, 2, 4
# The minter is a bridge, a burner and a relayer too, and moves what alice lets it move.
PARTIES = ("minter", "alice", "bob")
REF = reference(0x0123)
Facts = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Verb:
    """A verb, with alice as sender and bob as receiver wherever it has these.

    Attributes:
        by: Who calls.
        scope: The scope that stops it, or zero.
        operator: Whoever moves the coins of others and is looked at first.
        sender: Whose balance falls.
        receiver: Whose balance rises.
        arguments: Of the call, people by name; of a verb that is signed, the function's name and form.
        takes: Whether it takes from blacklisted accounts alone.
    """

    by: str
    scope: int
    operator: str | None = None
    sender: str | None = None
    receiver: str | None = None
    arguments: tuple[Any, ...] = ()
    takes: bool = False


_TRANSFER = Verb("alice", TRANSFERS, sender="alice", receiver="bob")
_SPEND = replace(_TRANSFER, by="minter", operator="minter")
_ALLOW = Verb("alice", TRANSFERS)
_MINT = Verb("minter", MINTING, operator="minter", receiver="bob")
_BURN = Verb("minter", REDEMPTION, sender="minter")
_TAKE = Verb("unblacklister", 0, sender="alice", takes=True)

SENT: dict[str, Verb] = {
    "transfer": replace(_TRANSFER, arguments=("bob", 1)),
    "transferWithMemo": replace(_TRANSFER, arguments=("bob", 1, REF)),
    "transferBatch": replace(_TRANSFER, arguments=(["bob", "bob"], [1, 1])),
    "transferFrom": replace(_SPEND, arguments=("alice", "bob", 1)),
    "transferFromWithMemo": replace(_SPEND, arguments=("alice", "bob", 1, REF)),
    "approve": replace(_ALLOW, arguments=("bob", 1)),
    "increaseAllowance": replace(_ALLOW, arguments=("bob", 1)),
    "decreaseAllowance": replace(_ALLOW, arguments=("minter", 1)),
    "mint(address,uint256)": replace(_MINT, arguments=("bob", 1)),
    "mint(address,uint256,bytes32)": replace(_MINT, arguments=("bob", 1, REF)),
    "mintBatch": replace(_MINT, arguments=(["bob"], [1], [REF])),
    "crosschainMint": replace(_MINT, arguments=("bob", 1)),
    "burn(uint256)": replace(_BURN, arguments=(1,)),
    "burn(uint256,bytes32)": replace(_BURN, arguments=(1, REF)),
    "redeem": replace(_BURN, by="alice", sender="alice", arguments=(1, REF)),
    "crosschainBurn": replace(_BURN, operator="minter", sender="alice", arguments=("alice", 1)),
    "seize": replace(_TAKE, receiver="bob", arguments=("alice", "bob", 1, REF)),
    "burnBlacklisted": replace(_TAKE, arguments=("alice", 1, REF)),
}
# By signature of alice; whoever submits them is not looked at.
SIGNED: dict[str, Verb] = {
    f"{function}, {form}": replace(verb, arguments=(function, form))
    for form in (PARTS, BYTES)
    for function, verb in (
        ("permit", replace(_ALLOW, by="minter")),
        ("transferWithAuthorization", replace(_TRANSFER, by="minter")),
        ("receiveWithAuthorization", replace(_TRANSFER, by="bob")),
        ("cancelAuthorization", Verb("minter", 0)),
    )
}
BATCH = "transferWithAuthorizationBatch"
VERBS: dict[str, Verb] = {**SENT, **SIGNED, BATCH: replace(_TRANSFER, by="minter")}


def make_ready(world: World) -> None:
    """Lets every verb succeed, but for those that want alice blacklisted."""
    world.give("alice", 10)
    world.give("minter", 10)
    allow_minting(world, "minter", 10)
    allow_bridging(world, "minter", 10)
    world.do(call_of(world, "approve", world.address("minter"), UNLIMITED), by="alice")


def calls_of(world: World) -> dict[str, Call]:
    """The calls of all verbs. They stay valid, for nothing of them is ever sent."""
    calls = {name: call_of(world, name, *map_people(world, verb.arguments)) for name, verb in SENT.items()}
    calls |= {name: _signed_call(world, *verb.arguments) for name, verb in SIGNED.items()}
    return calls | {BATCH: batch_of(world, REF, skips_refused=False)}


def batch_of(world: World, nonce: bytes, *, skips_refused: bool) -> Call:
    """A batch of one payment of alice to bob."""
    message = payment(world, value=1, nonce=nonce)
    signature = signed(world, "TransferWithAuthorization", message)
    return call_of(world, BATCH, [(*message.values(), signature)], skips_refused)


def expected(
    world: World,
    verb: Verb,
    *,
    blacklisted: frozenset[str] = frozenset(),
    paused: int = 0,
    verified: frozenset[str] | None = None,
) -> Facts | None:
    """The rule. `verified` says who is, where the coin is for verified accounts only."""
    if verb.operator in blacklisted:
        return _refused(world, "AccountBlacklisted", verb.operator)
    if verb.scope & paused:
        return "ScopePaused", {"scope": verb.scope}
    parties = [verb.sender, verb.receiver]
    if verb.takes:
        if verb.sender not in blacklisted:
            return _refused(world, "AccountNotBlacklisted", verb.sender)
        parties = [verb.receiver]
    for party in filter(None, parties):
        if party in blacklisted:
            return _refused(world, "AccountBlacklisted", party)
        if verified is not None and party not in verified:
            return _refused(world, "AccountNotVerified", party)
    return None


def _refused(world: World, error: str, party: str | None) -> Facts:
    assert party is not None
    return error, {"account": world.address(party)}


def map_people(world: World, arguments: Any) -> list[Any]:
    """The arguments with addresses for names."""
    return [
        world.address(part) if isinstance(part, str) else map_people(world, part) if isinstance(part, list) else part
        for part in arguments
    ]


def _signed_call(world: World, function: str, form: str) -> Call:
    kind = function[0].upper() + function[1:]
    message = {
        "permit": permission(world, value=1, deadline=FOREVER),
        "cancelAuthorization": {"authorizer": world.address("alice"), "nonce": REF},
    }.get(function, payment(world, value=1, nonce=REF))
    return submitted(world, function, message, signed(world, kind, message), form)
