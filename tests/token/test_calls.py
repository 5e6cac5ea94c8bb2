"""StablecoinCalls: every write of the coin as a built call

when a call is built: nothing is sent and no chain is asked; its data is the ABI's
when a party is zero, mistyped or no address; an amount another coin's, a float or an int: refused as it is built
every function of the coin is a read, a builder, or has a reason not to be
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi.abi import decode
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import MAX_BASE_UNITS, Denomination
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import InvalidAddress, InvalidAmount, Moved, UsageError
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import Stablecoin, StablecoinCalls
from tests.chain.bent import bent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world import World

USDX = Denomination("USDX", 6)
COIN, ALICE, BOB = (Address(bytes([n]) * 20) for n in (9, 1, 2))
CALLS = StablecoinCalls(COIN, USDX)
ONE = USDX.amount(1)
DELAY = 2**48 - 1
ROLE_HASH = keccak(text="PAUSER_ROLE")

# What each builder must say to the contract: its signature and arguments, as other people's libraries write them.
BUILT: dict[str, tuple[Call, str, tuple[Any, ...]]] = {
    "transfer": (CALLS.transfer(ALICE, ONE), "transfer(address,uint256)", (ALICE, 10**6)),
    "transfer_from": (
        CALLS.transfer_from(ALICE, BOB, ONE),
        "transferFrom(address,address,uint256)",
        (ALICE, BOB, 10**6),
    ),
    "approve": (CALLS.approve(ALICE, ONE), "approve(address,uint256)", (ALICE, 10**6)),
    "mint": (CALLS.mint(ALICE, ONE), "mint(address,uint256)", (ALICE, 10**6)),
    "burn": (CALLS.burn(ONE), "burn(uint256)", (10**6,)),
    "configure_minter": (CALLS.configure_minter(ALICE, ONE), "configureMinter(address,uint256)", (ALICE, 10**6)),
    "remove_minter": (CALLS.remove_minter(ALICE), "removeMinter(address)", (ALICE,)),
    "blacklist": (CALLS.blacklist(ALICE), "blacklist(address)", (ALICE,)),
    "un_blacklist": (CALLS.un_blacklist(ALICE), "unBlacklist(address)", (ALICE,)),
    "pause": (CALLS.pause(), "pause()", ()),
    "pause some": (CALLS.pause(PauseScope.MINTING | PauseScope.REDEMPTION), "pause(uint256)", (6,)),
    "unpause": (CALLS.unpause(), "unpause()", ()),
    "unpause some": (CALLS.unpause(PauseScope.TRANSFERS), "unpause(uint256)", (1,)),
    "grant_role": (CALLS.grant_role(Role.PAUSER_ROLE, ALICE), "grantRole(bytes32,address)", (ROLE_HASH, ALICE)),
    "revoke_role": (CALLS.revoke_role(Role.PAUSER_ROLE, ALICE), "revokeRole(bytes32,address)", (ROLE_HASH, ALICE)),
    "renounce_role": (
        CALLS.renounce_role(Role.PAUSER_ROLE, ALICE),
        "renounceRole(bytes32,address)",
        (ROLE_HASH, ALICE),
    ),
    "begin_default_admin_transfer": (
        CALLS.begin_default_admin_transfer(ALICE),
        "beginDefaultAdminTransfer(address)",
        (ALICE,),
    ),
    "cancel_default_admin_transfer": (CALLS.cancel_default_admin_transfer(), "cancelDefaultAdminTransfer()", ()),
    "accept_default_admin_transfer": (CALLS.accept_default_admin_transfer(), "acceptDefaultAdminTransfer()", ()),
    "change_default_admin_delay": (
        CALLS.change_default_admin_delay(DELAY),
        "changeDefaultAdminDelay(uint48)",
        (DELAY,),
    ),
    "rollback_default_admin_delay": (CALLS.rollback_default_admin_delay(), "rollbackDefaultAdminDelay()", ()),
    "upgrade_to_and_call": (CALLS.upgrade_to_and_call(ALICE), "upgradeToAndCall(address,bytes)", (ALICE, b"")),
    "upgrade and call": (
        CALLS.upgrade_to_and_call(ALICE, CALLS.close_lane()),
        "upgradeToAndCall(address,bytes)",
        (ALICE, keccak(text="closeLane()")[:4]),
    ),
    "close_lane": (CALLS.close_lane(), "closeLane()", ()),
    "open_lane": (CALLS.open_lane(), "openLane()", ()),
}

# The functions of the coin that Python does not offer by their own name, each with its reason.
REASONS = {
    "initialize": "done once, in the transaction that creates the coin, by `deploy`",
    "proxiableUUID": "asked by upgrades themselves",
    "UPGRADE_INTERFACE_VERSION": "asked by OpenZeppelin's own tools",
    "owner": "ERC-5313 for explorers: `default_admin` says the same",
    "getRoleMember": "`role_members` gives all of them",
    "getRoleMemberCount": "`role_members` gives all of them",
    "symbol": "in `denomination`",
    "decimals": "in `denomination`",
    "getRoleMembers": "`role_members`",
    "getRoleAdmin": "`role_admin`",
    **{role.name: "a constant: `Role` holds it" for role in Role},
}


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def test_every_function_of_the_coin_is_a_read_a_builder_or_has_a_reason() -> None:
    builders = {name for name in vars(StablecoinCalls) if not name.startswith("_")}
    reads = {name for name in vars(Stablecoin) if not name.startswith("_")}
    unanswered = set()
    for entry in coin_abi().functions.values():
        name = snake_case(entry.name)
        here = reads | {read.removesuffix("_seconds") for read in reads} if entry.is_view else builders
        if (name in here) == (entry.name in REASONS):
            unanswered.add(entry.name)

    assert unanswered == set()
    assert set(REASONS) <= {entry.name for entry in coin_abi().functions.values()}


def test_every_builder_is_tested_here_and_is_of_the_contract() -> None:
    builders = {name for name in vars(StablecoinCalls) if not name.startswith("_")}
    functions = {snake_case(entry.name) for entry in coin_abi().functions.values()}

    assert builders == {name for name in BUILT if " " not in name and name != "upgrade and call"}
    assert builders <= functions


@pytest.mark.parametrize(("call", "signature", "arguments"), BUILT.values(), ids=BUILT)
def test_builds_what_the_contract_understands(call: Call, signature: str, arguments: tuple[Any, ...]) -> None:
    types = [kind for kind in signature[signature.index("(") + 1 : -1].split(",") if kind]
    expected = tuple("0x" + value.hex() if isinstance(value, Address) else value for value in arguments)

    assert call.to == COIN
    assert call.value_wei == 0
    assert call.data[:4] == keccak(text=signature)[:4]
    assert decode(types, call.data[4:]) == expected
    assert signature in coin_abi().functions
    assert call.description


def test_descriptions_name_the_amount_and_the_party() -> None:
    assert CALLS.mint(ALICE, USDX.amount(1250)).description == f"mint 1,250.00 USDX to {ALICE}"
    assert CALLS.pause(PauseScope.MINTING | PauseScope.TRANSFERS).description == "pause transfers and minting"
    assert CALLS.grant_role(Role.PAUSER_ROLE, ALICE).description == f"grant PAUSER_ROLE to {ALICE}"


WITH_PARTIES: dict[str, list[Callable[[Any], Call]]] = {
    "transfer": [lambda party: CALLS.transfer(party, ONE)],
    "transfer_from": [
        lambda party: CALLS.transfer_from(party, BOB, ONE),
        lambda party: CALLS.transfer_from(BOB, party, ONE),
    ],
    "approve": [lambda party: CALLS.approve(party, ONE)],
    "mint": [lambda party: CALLS.mint(party, ONE)],
    "configure_minter": [lambda party: CALLS.configure_minter(party, ONE)],
    "remove_minter": [CALLS.remove_minter],
    "blacklist": [CALLS.blacklist],
    "un_blacklist": [CALLS.un_blacklist],
    "grant_role": [lambda party: CALLS.grant_role(Role.PAUSER_ROLE, party)],
    "revoke_role": [lambda party: CALLS.revoke_role(Role.PAUSER_ROLE, party)],
    "renounce_role": [lambda party: CALLS.renounce_role(Role.PAUSER_ROLE, party)],
    "begin_default_admin_transfer": [CALLS.begin_default_admin_transfer],
    "upgrade_to_and_call": [CALLS.upgrade_to_and_call],
}
WITH_AMOUNTS: dict[str, Callable[[Any], Call]] = {
    "transfer": lambda value: CALLS.transfer(ALICE, value),
    "transfer_from": lambda value: CALLS.transfer_from(ALICE, BOB, value),
    "approve": lambda value: CALLS.approve(ALICE, value),
    "mint": lambda value: CALLS.mint(ALICE, value),
    "burn": CALLS.burn,
    "configure_minter": lambda value: CALLS.configure_minter(ALICE, value),
}


def test_every_builder_with_a_party_or_an_amount_is_tested_for_wrong_ones() -> None:
    for name, method in inspect.getmembers(StablecoinCalls, inspect.isfunction):
        if not name.startswith("_"):
            kinds = [parameter.annotation for parameter in inspect.signature(method).parameters.values()]
            assert kinds.count("Address | str") == len(WITH_PARTIES.get(name, []))
            assert ("Amount" in kinds) == (name in WITH_AMOUNTS)


WRONG_PARTIES = [
    ZERO_ADDRESS,
    str(ZERO_ADDRESS),
    "",
    "0x12",
    "alice",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
    str(ALICE)[2:],
    None,
    5,
    bytes(ALICE),
]


@pytest.mark.parametrize("party", WRONG_PARTIES, ids=repr)
@pytest.mark.parametrize("name", WITH_PARTIES)
def test_a_wrong_party_is_refused_as_the_call_is_built(name: str, party: Any) -> None:
    for build in WITH_PARTIES[name]:
        with pytest.raises(InvalidAddress) as refused:
            build(party)
        assert refused.value.moved is Moved.NO


@pytest.mark.parametrize("name", WITH_PARTIES)
def test_a_party_is_an_address_or_its_text(name: str) -> None:
    party = Address(b"\xab" * 20)
    for build in WITH_PARTIES[name]:
        assert build(party) == build(str(party)) == build(str(party).lower())


WRONG_AMOUNTS = [
    Denomination("EURX", 6).amount(1),
    Denomination("USDX", 18).amount(1),
    1,
    1.0,
    True,
    "1.00 USDX",
    None,
    10**6,
]


@pytest.mark.parametrize("value", WRONG_AMOUNTS, ids=str)
@pytest.mark.parametrize("name", WITH_AMOUNTS)
def test_a_wrong_amount_is_refused_as_the_call_is_built(name: str, value: Any) -> None:
    with pytest.raises(InvalidAmount) as refused:
        WITH_AMOUNTS[name](value)

    assert refused.value.moved is Moved.NO


@settings(deadline=None)
@given(st.integers(0, MAX_BASE_UNITS))
def test_the_base_units_reach_the_contract_unchanged(units: int) -> None:
    for build in WITH_AMOUNTS.values():
        assert int.from_bytes(build(USDX.from_base_units(units)).data[-32:]) == units


@pytest.mark.parametrize("delay", [-1, 2**48, 1.5, "5", None])
def test_a_delay_out_of_range_is_refused(delay: Any) -> None:
    with pytest.raises(UsageError):
        CALLS.change_default_admin_delay(delay)


def test_an_upgrade_calls_nothing_but_the_coin() -> None:
    with pytest.raises(UsageError, match="this coin"):
        CALLS.upgrade_to_and_call(ALICE, Call(BOB, b"\x01"))


def test_building_asks_no_chain(local: World) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise AssertionError("the chain was asked")

    is_open = [True]

    def guard(name: str) -> Callable[..., Any]:
        real = getattr(local.chain, name)

        def guarded(*arguments: Any, **named: Any) -> Any:
            return (real if is_open else fails)(*arguments, **named)

        return guarded

    methods = [name for name in dir(local.chain) if not name.startswith("_") and name != "network"]
    coin = Stablecoin(bent(local.chain, **{name: guard(name) for name in methods}), local.coin.address)
    is_open.clear()

    for name, method in inspect.getmembers(coin.calls, inspect.ismethod):
        if not name.startswith("_"):
            samples = {
                "Address | str": ALICE,
                "Amount": coin.amount(1),
                "Role": Role.PAUSER_ROLE,
                "int": 5,
                "PauseScope": PauseScope.ALL,
                "Call | None": None,
            }
            kinds = [parameter.annotation for parameter in inspect.signature(method).parameters.values()]
            assert method(*(samples[kind] for kind in kinds)).to == coin.address
    with pytest.raises(AssertionError, match="was asked"):
        coin.total_supply()
