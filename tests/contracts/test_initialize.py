"""initialize(admin, adminDelay, policy, grants)

when called by the coin's constructor: gives admin, limits and first roles, in the transaction that creates the coin
    when the admin is zero: nothing is created
    when a grant names DEFAULT_ADMIN_ROLE: nothing is created
    when the policy is none that could be set later: nothing is created
    when the constructor is given no call at all: nothing is created
given a coin that is initialised: reverts, for its admin too
given the implementation itself: reverts, so that it is nobody's coin
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.artifacts import coin_abi, load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.reverts import (
    AccessControlEnforcedDefaultAdminRules,
    AccessControlInvalidDefaultAdmin,
    AmountTooGreat,
    ERC1967ProxyUninitialized,
    InvalidInitialization,
    InvalidLimit,
    MintAllowanceExceeded,
)
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Stablecoin, decode_events
from stablecoin_tools.token.events import GlobalLimitChanged, Initialized, RoleGranted, SupplyCapChanged, Upgraded
from tests.contracts.words import MAX_SUPPLY, call_of, new_issuer, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.errors import Reverted
    from tests.world import World

IDENTITY = ("Other Dollar", "ODOL", "USD", 6)
DELAY_SECONDS = 60
# Supply cap, global capacity, global refill per second, each with more digits than are kept.
POLICY = (1_234_567_890, 1_234_567, 1_049)
KEPT = (1_234_560_000, 1_234_560, 1_049)


def initialization(*arguments: Any) -> bytes:
    return load_artifact("Issuer").abi.encode_call("initialize", *arguments)


def answer_at(world: World, coin: Address, function: str) -> Any:
    call = Call(coin, coin_abi().encode_call(function))
    return coin_abi().decode_answer(function, world.chain.call(call))


def creation(world: World, initialized_by: bytes) -> Call:
    code = load_artifact("Stablecoin").creation_code(IDENTITY, world.coin.implementation(), initialized_by)
    return Call(None, code)


def test_one_transaction_creates_and_initialises_the_coin(local: World) -> None:
    alice, bob, creator = local.address("alice"), local.address("bob"), local.address("admin")
    grants = [(Role.PAUSER_ROLE.identifier, bob), (Role.BURNER_ROLE.identifier, alice)]

    receipt = local.send(creation(local, initialization(alice, DELAY_SECONDS, POLICY, grants)), by="admin")

    assert receipt.contract_address is not None
    coin = Stablecoin(local.chain, receipt.contract_address)
    kept = [coin.denomination.from_base_units(figure) for figure in KEPT]
    assert told(decode_events(receipt.logs, coin.address, coin.denomination)) == [
        said(Upgraded, implementation=local.coin.implementation()),
        said(RoleGranted, role=Role.DEFAULT_ADMIN_ROLE.identifier, account=alice, sender=creator),
        said(SupplyCapChanged, cap=kept[0], admin=creator),
        said(GlobalLimitChanged, capacity=kept[1], refill_per_second=kept[2], admin=creator),
        said(RoleGranted, role=Role.PAUSER_ROLE.identifier, account=bob, sender=creator),
        said(RoleGranted, role=Role.BURNER_ROLE.identifier, account=alice, sender=creator),
        said(Initialized, version=1),
    ]
    assert coin.default_admin() == alice
    assert coin.default_admin_delay_seconds() == DELAY_SECONDS
    assert {role: coin.role_members(role) for role in Role if coin.role_members(role)} == {
        Role.DEFAULT_ADMIN_ROLE: (alice,),
        Role.PAUSER_ROLE: (bob,),
        Role.BURNER_ROLE: (alice,),
    }
    assert coin.total_supply() == coin.amount(0)
    assert not coin.paused_scopes()
    assert not coin.is_lane_closed()
    assert answer_at(local, coin.address, "supplyCap") == KEPT[0]
    assert answer_at(local, coin.address, "globalLimit") == (*KEPT[1:], KEPT[1])


@pytest.mark.parametrize(
    ("policy", "error", "fields"),
    [
        ((2**112, 1, 1), AmountTooGreat, {"amount": 2**112, "greatest": MAX_SUPPLY}),
        ((1, 2**112, 1), AmountTooGreat, {"amount": 2**112, "greatest": MAX_SUPPLY}),
        ((1, 1, 0), InvalidLimit, {"capacity": 1, "refill_per_second": 0}),
        ((1, 2**33, 1), InvalidLimit, {"capacity": 2**33, "refill_per_second": 1}),
    ],
    ids=["cap beyond 112 bits", "capacity beyond 112 bits", "no refill", "refill of more than 272 years"],
)
def test_a_coin_whose_limits_cannot_be_kept_is_not_created(
    local: World, policy: tuple[int, int, int], error: type[Reverted], fields: dict[str, int]
) -> None:
    with reverts(error, **fields):
        local.send(creation(local, initialization(local.address("alice"), 0, policy, [])), by="alice")


def test_a_first_minter_has_the_role_and_nothing_to_mint(local: World) -> None:
    alice, bob = local.address("alice"), local.address("bob")
    grants = [(Role.MINTER_ROLE.identifier, bob)]

    receipt = local.send(creation(local, initialization(alice, 0, POLICY, grants)), by="admin")

    assert receipt.contract_address is not None
    coin = Stablecoin(local.chain, receipt.contract_address)
    assert coin.is_minter(bob)
    with reverts(MintAllowanceExceeded, minter=bob, available=0, needed=1):
        local.chain.call(coin.calls.mint(alice, coin.denomination.from_base_units(1)), sender=bob)


def test_who_pays_for_the_creation_gets_no_power(local: World) -> None:
    alice, payer = local.address("alice"), local.address("bob")

    receipt = local.send(creation(local, initialization(alice, DELAY_SECONDS, POLICY, [])), by="bob")

    assert receipt.contract_address is not None
    coin = Stablecoin(local.chain, receipt.contract_address)
    assert not any(coin.has_role(role, payer) for role in Role)


@pytest.mark.parametrize("caller", ["admin", "upgrader", "alice"])
def test_a_coin_cannot_be_initialised_twice(local: World, caller: str) -> None:
    with reverts(InvalidInitialization):
        local.do(call_of(local, "initialize", local.address(caller), 0, POLICY, []), by=caller)


def test_an_upgrade_cannot_initialise_the_coin_again(local: World) -> None:
    coin, upgrader = local.coin, local.address("upgrader")
    again = call_of(local, "initialize", upgrader, 0, POLICY, [])

    with reverts(InvalidInitialization):
        local.do(coin.calls.upgrade_to_and_call(new_issuer(local), again), by="upgrader")

    assert coin.default_admin() == local.address("admin")


@pytest.mark.parametrize("is_fresh", [False, True])
def test_an_implementation_cannot_be_initialised(local: World, is_fresh: bool) -> None:  # noqa: FBT001  # a parameter
    implementation = new_issuer(local) if is_fresh else local.coin.implementation()

    with reverts(InvalidInitialization):
        local.send(Call(implementation, initialization(local.address("alice"), 0, POLICY, [])), by="alice")


def test_a_coin_without_an_admin_is_not_created(local: World) -> None:
    with reverts(AccessControlInvalidDefaultAdmin, default_admin=ZERO_ADDRESS):
        local.send(creation(local, initialization(ZERO_ADDRESS, 0, POLICY, [])), by="alice")


def test_a_coin_with_a_second_admin_is_not_created(local: World) -> None:
    alice, bob = local.address("alice"), local.address("bob")
    grants = [(Role.DEFAULT_ADMIN_ROLE.identifier, bob)]

    with reverts(AccessControlEnforcedDefaultAdminRules):
        local.send(creation(local, initialization(alice, 0, POLICY, grants)), by="alice")


def test_a_coin_that_is_not_initialised_is_not_created(local: World) -> None:
    with reverts(ERC1967ProxyUninitialized):
        local.send(creation(local, b""), by="alice")
