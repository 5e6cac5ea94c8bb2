"""closeLane(), openLane(): the two lives of the holder functions

given the lane open: the proxy serves every holder function, whatever the implementation
given the lane closed: the implementation serves every holder function

closeLane()
    when the caller has no UPGRADER_ROLE: reverts
    when the implementation does not say that it serves the holders: reverts
    otherwise: closes the lane, emits LaneClosed
openLane()
    when the caller has no UPGRADER_ROLE: reverts
    otherwise: opens the lane, with everything that changed meanwhile, emits LaneOpened
upgradeToAndCall, given the lane closed
    when the new implementation does not serve the holders: reverts
    otherwise: the new one serves them
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from eth_hash.auto import keccak

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import Reverted
from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, LaneNotServed
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import LaneClosed, LaneOpened, Upgraded
from tests.contracts.words import (
    answer_of,
    call_of,
    close_lane,
    create,
    facts_of,
    interface_id,
    mock,
    new_issuer,
    said,
    told,
)
from tests.world import reverts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

HOLDER_FUNCTIONS = load_artifact("Stablecoin").abi.functions
READS = sorted(signature for signature, entry in HOLDER_FUNCTIONS.items() if entry.is_view)
WRITES = sorted(signature for signature, entry in HOLDER_FUNCTIONS.items() if not entry.is_view)
SERVED = keccak(b"Served(bytes4)")

# What the replacement serves itself; whatever else it is asked, it answers with the selector.
ITSELF = frozenset(mock("LaneServingIssuer").abi.functions) & frozenset(HOLDER_FUNCTIONS)
# Its own views, where alice holds 10 tokens: what the proxy answers, then what the replacement does.
ANSWERS: dict[str, tuple[Any, Any]] = {
    "balanceOf(address)": (10_000_000, 10_000_001),
    "decimals()": (6, 2),
    "name()": ("Test Dollar", "Replaced Dollar"),
    "symbol()": ("TUSD", "RPLD"),
}


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens and lets bob move 4."""
    local.give("alice", 10)
    local.do(local.coin.calls.approve(local.address("bob"), local.coin.amount(4)), by="alice")
    return local


def some_call(world: World, signature: str) -> Call:
    """A call of a holder function, with something of each type it takes."""
    return call_of(world, signature, *(some(world, kind) for kind in HOLDER_FUNCTIONS[signature].types))


def some(world: World, kind: str) -> Any:
    if kind.endswith("[]"):
        return []
    return {"address": world.address("alice"), "bool": True, "bytes": b"", "bytes32": bytes(32)}.get(kind, 1)


def outcome(world: World, call: Call) -> bytes | tuple[str, dict[str, Any]]:
    """What comes of a call of alice's: the answer as it is, or the refusal; nothing is sent."""
    try:
        answer: bytes = world.chain.call(call, sender=world.address("alice"))
    except Reverted as refused:
        return facts_of(refused) or ("", {})
    return answer


def marked(signature: str) -> bytes:
    """What the replacement answers when it is asked what it does not serve itself."""
    return b"served" + keccak(signature.encode())[:4]


def selectors_served(world: World, signature: str) -> list[bytes]:
    """Sends a holder function that writes; returns which selectors the replacement says it served."""
    receipt = world.send(some_call(world, signature), by="alice")
    return [log.topics[1][:4] for log in receipt.logs if log.topics[0] == SERVED]


@pytest.mark.parametrize("signature", sorted(HOLDER_FUNCTIONS))
def test_an_open_lane_serves_every_holder_function_from_the_proxy(held: World, signature: str) -> None:
    call = some_call(held, signature)
    before = outcome(held, call)
    replacement = create(held, mock("LaneServingIssuer"))
    held.do(held.coin.calls.upgrade_to_and_call(replacement), by="upgrader")

    assert not held.coin.is_lane_closed()
    assert outcome(held, call) == before != marked(signature)


@pytest.mark.parametrize("signature", sorted(frozenset(HOLDER_FUNCTIONS) - ITSELF))
def test_a_closed_lane_serves_every_holder_function_from_the_implementation(held: World, signature: str) -> None:
    close_lane(held)

    assert outcome(held, some_call(held, signature)) == marked(signature)


@pytest.mark.parametrize("signature", sorted(ITSELF))
def test_a_closed_lane_does_what_the_implementation_does(held: World, signature: str) -> None:
    selector = keccak(signature.encode())[:4]
    arguments = [some(held, kind) for kind in HOLDER_FUNCTIONS[signature].types]

    for is_closed in (False, True):
        if is_closed:
            close_lane(held)
        if signature in ANSWERS:
            assert answer_of(held, signature, *arguments) == ANSWERS[signature][is_closed]
        else:
            assert selectors_served(held, signature) == [selector] * is_closed


def test_the_replacement_serves_reads_and_writes_itself_and_leaves_others() -> None:
    assert set(ANSWERS) == ITSELF & set(READS)
    assert ITSELF & set(WRITES)
    assert set(READS) - ITSELF
    assert set(WRITES) - ITSELF


def test_an_upgrade_closes_the_lane_in_one_transaction(local: World) -> None:
    coin, replacement = local.coin, create(local, mock("LaneServingIssuer"))

    events = local.do(coin.calls.upgrade_to_and_call(replacement, coin.calls.close_lane()), by="upgrader")

    assert told(events) == [
        said(Upgraded, implementation=replacement),
        said(LaneClosed, upgrader=local.address("upgrader")),
    ]
    assert coin.is_lane_closed()


def test_opening_the_lane_keeps_what_changed_while_it_was_closed(held: World) -> None:
    coin, alice, bob = held.coin, held.address("alice"), held.address("bob")
    close_lane(held)
    held.do(coin.calls.transfer(bob, coin.amount(1)), by="alice")
    held.do(coin.calls.approve(bob, coin.amount(7)), by="alice")
    held.give("bob", 5)

    events = held.do(coin.calls.open_lane(), by="upgrader")

    assert told(events) == [said(LaneOpened, upgrader=held.address("upgrader"))]
    assert not coin.is_lane_closed()
    assert coin.name() == "Test Dollar"
    assert coin.balance_of(alice) == coin.amount(9)
    assert coin.balance_of(bob) == coin.amount(6)
    assert coin.total_supply() == coin.amount(15)
    assert coin.allowance(alice, bob) == coin.amount(7)
    assert selectors_served(held, "transfer(address,uint256)") == []


def test_the_issuers_functions_work_while_the_lane_is_closed(held: World) -> None:
    coin, alice = held.coin, held.address("alice")
    close_lane(held)

    held.give("minter", 5)
    held.do(coin.calls.burn(coin.amount(2)), by="minter")
    held.do(coin.calls.blacklist(alice), by="blacklister")
    held.do(coin.calls.pause(), by="pauser")

    held.do(coin.calls.open_lane(), by="upgrader")
    assert coin.total_supply() == coin.amount(13)
    assert coin.is_blacklisted(alice)
    assert coin.paused_scopes() == 7


def test_closing_the_lane_before_the_ordinary_issuer_reverts(local: World) -> None:
    coin = local.coin

    with reverts(LaneNotServed, implementation=coin.implementation()):
        local.do(coin.calls.close_lane(), by="upgrader")


def test_upgrading_to_the_ordinary_issuer_and_closing_the_lane_reverts(local: World) -> None:
    coin, ordinary = local.coin, new_issuer(local)

    with reverts(LaneNotServed, implementation=ordinary):
        local.do(coin.calls.upgrade_to_and_call(ordinary, coin.calls.close_lane()), by="upgrader")


@pytest.mark.parametrize(
    "next_one",
    [new_issuer, lambda world: create(world, mock("WrongUuidIssuer")), lambda world: world.address("bob")],
    ids=["ordinary issuer", "no ERC-165", "no contract"],
)
def test_a_closed_lane_refuses_an_implementation_that_does_not_serve_it(
    local: World, next_one: Callable[[World], Any]
) -> None:
    coin, serving = local.coin, close_lane(local)
    unfit = next_one(local)

    with reverts(LaneNotServed, implementation=unfit):
        local.do(coin.calls.upgrade_to_and_call(unfit), by="upgrader")

    assert coin.implementation() == serving


def test_a_closed_lane_accepts_another_implementation_that_serves_it(local: World) -> None:
    coin, first = local.coin, close_lane(local)
    second = create(local, mock("LaneServingIssuer"))

    local.do(coin.calls.upgrade_to_and_call(second), by="upgrader")

    assert coin.implementation() == second != first
    assert coin.is_lane_closed()
    assert coin.name() == "Replaced Dollar"


def test_the_ordinary_issuer_returns_once_the_lane_is_open(held: World) -> None:
    coin, ordinary = held.coin, new_issuer(held)
    close_lane(held)
    held.do(coin.calls.open_lane(), by="upgrader")

    held.do(coin.calls.upgrade_to_and_call(ordinary), by="upgrader")

    assert coin.implementation() == ordinary
    assert coin.balance_of(held.address("alice")) == coin.total_supply() == coin.amount(10)


@pytest.mark.parametrize("caller", ["admin", "pauser", "alice"])
@pytest.mark.parametrize("function", ["closeLane", "openLane"])
def test_reverts_when_the_caller_does_not_upgrade(local: World, caller: str, function: str) -> None:
    close_lane(local)

    with reverts(
        AccessControlUnauthorizedAccount, account=local.address(caller), needed_role=Role.UPGRADER_ROLE.identifier
    ):
        local.do(call_of(local, function), by=caller)


@pytest.mark.parametrize("signature", WRITES)
def test_a_holder_function_that_writes_takes_no_eth_in_either_life(held: World, signature: str) -> None:
    plain = some_call(held, signature)
    with_eth = Call(plain.to, plain.data, value_wei=1)
    no_reason = ("UnknownRevert", {"revert_data": b""})

    for is_closed in (False, True):
        if is_closed:
            close_lane(held)
        assert outcome(held, plain) != no_reason
        assert outcome(held, with_eth) == no_reason


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_view_of_a_closed_lane_is_a_view_to_other_contracts(held: World, is_closed: bool) -> None:  # noqa: FBT001  # a parameter
    """What another contract meets: STATICCALL, which fails at once if anything is written."""
    if is_closed:
        close_lane(held)
    asker = create_static_asker(held)

    for signature in READS:
        direct = some_call(held, signature)
        answer = outcome(held, Call(asker, direct.data))
        assert answer == outcome(held, direct)
        assert isinstance(answer, bytes)
        assert (answer == marked(signature)) == (is_closed and signature not in ITSELF)


def create_static_asker(world: World) -> Any:
    """A contract that passes its call data to the coin by STATICCALL, and hands back the answer or the revert."""
    runtime = bytes.fromhex(
        "365f5f37"  # calldatacopy(0, 0, calldatasize())
        "5f5f365f73" + world.coin.address.hex() + "5afa"  # staticcall(gas(), coin, 0, calldatasize(), 0, 0)
        "3d5f5f3e"  # returndatacopy(0, 0, returndatasize())
        "602a573d5ffd5b3d5ff3"  # revert or return what came back
    )
    jump = runtime.index(b"\x5b\x3d\x5f\xf3")
    runtime = runtime.replace(b"\x60\x2a\x57", bytes([0x60, jump, 0x57]))
    creation = bytes([0x60, len(runtime), 0x5F, 0x81, 0x60, 0x09, 0x5F, 0x39, 0xF3]) + runtime
    receipt = world.send(Call(None, creation), by="alice")
    assert receipt.contract_address is not None
    return receipt.contract_address


def test_the_interface_of_holders_is_all_of_their_functions(local: World) -> None:
    holders = interface_id(*HOLDER_FUNCTIONS)

    assert not local.coin.supports_interface(holders)  # the ordinary issuer does not serve them
    close_lane(local)
    assert local.coin.supports_interface(holders)
