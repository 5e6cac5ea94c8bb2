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

from functools import reduce
from operator import xor
from typing import TYPE_CHECKING, Any

import pytest
from eth_hash.auto import keccak

from stablecoin_tools.artifacts import coin_abi, load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import AccessControlUnauthorizedAccount, LaneNotServed, UnknownRevert
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import LaneClosed, LaneOpened, Upgraded
from tests.contracts.words import answer_of, call_of, close_lane, create, mock, new_issuer, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

HOLDER_FUNCTIONS = load_artifact("Stablecoin").abi.functions
READS = sorted(signature for signature, entry in HOLDER_FUNCTIONS.items() if entry.is_view)
WRITES = sorted(signature for signature, entry in HOLDER_FUNCTIONS.items() if not entry.is_view)
SERVED = keccak(b"Served(bytes4)")

# What each is asked, where alice holds 10 tokens and lets bob move 4: the arguments are people or numbers.
ARGUMENTS: dict[str, tuple[str | int, ...]] = {
    "allowance(address,address)": ("alice", "bob"),
    "approve(address,uint256)": ("bob", 4_000_000),
    "balanceOf(address)": ("alice",),
    "currency()": (),
    "decimals()": (),
    "name()": (),
    "symbol()": (),
    "totalSupply()": (),
    "transfer(address,uint256)": ("bob", 1),
    "transferFrom(address,address,uint256)": ("alice", "bob", 1),
}
# What the proxy answers, then what the replacement does, so that nobody can take one for the other.
ANSWERS: dict[str, tuple[Any, Any]] = {
    "allowance(address,address)": (4_000_000, 4_000_001),
    "balanceOf(address)": (10_000_000, 10_000_001),
    "currency()": ("USD", "XXX"),
    "decimals()": (6, 2),
    "name()": ("Test Dollar", "Replaced Dollar"),
    "symbol()": ("TUSD", "RPLD"),
    "totalSupply()": (10_000_000, 10_000_001),
}
CALLERS = {"transferFrom(address,address,uint256)": "bob"}


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens and lets bob move 4."""
    local.give("alice", 10)
    local.do(local.coin.calls.approve(local.address("bob"), local.coin.amount(4)), by="alice")
    return local


def arguments(world: World, signature: str) -> list[Any]:
    assert signature in ARGUMENTS, f"{signature} is a holder function: say here how a closed lane serves it"
    return [world.address(part) if isinstance(part, str) else part for part in ARGUMENTS[signature]]


def selectors_served(world: World, signature: str) -> list[bytes]:
    """Sends a holder function that writes; returns which selectors the replacement says it served."""
    call = call_of(world, signature, *arguments(world, signature))
    receipt = world.send(call, by=CALLERS.get(signature, "alice"))
    return [log.topics[1][:4] for log in receipt.logs if log.topics[0] == SERVED]


@pytest.mark.parametrize("signature", sorted(HOLDER_FUNCTIONS))
def test_an_open_lane_serves_every_holder_function_from_the_proxy(held: World, signature: str) -> None:
    replacement = create(held, mock("LaneServingIssuer"))
    held.do(held.coin.calls.upgrade_to_and_call(replacement), by="upgrader")
    assert not held.coin.is_lane_closed()

    if HOLDER_FUNCTIONS[signature].is_view:
        assert answer_of(held, signature, *arguments(held, signature)) == ANSWERS[signature][0]
    else:
        assert selectors_served(held, signature) == []


@pytest.mark.parametrize("signature", sorted(HOLDER_FUNCTIONS))
def test_a_closed_lane_serves_every_holder_function_from_the_implementation(held: World, signature: str) -> None:
    close_lane(held)

    if HOLDER_FUNCTIONS[signature].is_view:
        assert answer_of(held, signature, *arguments(held, signature)) == ANSWERS[signature][1]
    else:
        assert selectors_served(held, signature) == [keccak(signature.encode())[:4]]


def test_the_tables_know_every_holder_function() -> None:
    assert sorted(ARGUMENTS) == sorted(HOLDER_FUNCTIONS)
    assert sorted(ANSWERS) == READS
    assert all(from_proxy != from_replacement for from_proxy, from_replacement in ANSWERS.values())


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
    plain = call_of(held, signature, *arguments(held, signature))
    with_eth = Call(plain.to, plain.data, value_wei=1)
    caller = CALLERS.get(signature, "alice")

    with reverts(UnknownRevert, revert_data=b""):
        held.send(with_eth, by=caller)
    close_lane(held)
    with reverts(UnknownRevert, revert_data=b""):
        held.send(with_eth, by=caller)


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_view_of_a_closed_lane_is_a_view_to_other_contracts(held: World, is_closed: bool) -> None:  # noqa: FBT001  # a parameter
    """What another contract meets: STATICCALL, which fails at once if anything is written."""
    if is_closed:
        close_lane(held)
    asker = create_static_asker(held)

    for signature in READS:
        data = coin_abi().encode_call(signature, *arguments(held, signature))
        answer = held.chain.call(Call(asker, data), sender=held.address("bob"))
        assert coin_abi().decode_answer(signature, answer) == ANSWERS[signature][is_closed]


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
    selectors = (int.from_bytes(keccak(signature.encode())[:4], "big") for signature in HOLDER_FUNCTIONS)
    interface_id = reduce(xor, selectors).to_bytes(4, "big")

    assert not local.coin.supports_interface(interface_id)  # the ordinary issuer does not serve them
    close_lane(local)
    assert local.coin.supports_interface(interface_id)
