"""CoinSpec: a coin, as asked for; and the plan that follows from it

when any of it is not allowed: UsageError, before anything is sent
when two descriptions are equal: the same bytes and addresses, whatever the order of roles
when they differ in anything: another address
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.deployment import CoinSpec, create2_address, plan
from stablecoin_tools.errors import Moved, UsageError
from stablecoin_tools.roles import Role

ADMIN, ALICE, BOB = (Address(bytes([n]) * 20) for n in (1, 2, 3))
SPEC = CoinSpec("Test Dollar", "TUSD", "USD", 6, ADMIN, 3600, roles={Role.PAUSER_ROLE: (ALICE, BOB)})
GREATEST = (2**112 - 1) // 10**6


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * 32},
        {"name": "é" * 16},  # 32 bytes, though 16 letters
        {"name": "\udcff"},  # a byte of the command line that is no text
        {"symbol": ""},
        {"symbol": "x" * 32},
        {"symbol": "T USD"},
        {"symbol": "T,USD"},
        {"symbol": "TUSD\n"},
        {"symbol": "T\u00a0USD"},
        {"currency": ""},
        {"currency": "usd"},
        {"currency": "USDX"},
        {"currency": "US"},
        {"currency": "US1"},
        {"currency": "USD\n"},
        {"decimals": -1},
        {"decimals": 19},
        {"admin_delay_seconds": -1},
        {"admin_delay_seconds": 2**48},
        {"salt": b""},
        {"salt": bytes(31)},
        {"salt": bytes(33)},
        {"admin": ZERO_ADDRESS},
        {"roles": {Role.PAUSER_ROLE: (ALICE, ZERO_ADDRESS)}},
        {"roles": {Role.DEFAULT_ADMIN_ROLE: (ALICE,)}},
        {"supply_cap": GREATEST + 1},
        {"supply_cap": -1},
        {"supply_cap": SPEC.mint_limit - 1},  # the limit may not exceed the cap
        {"supply_cap": 1e10},
        {"supply_cap": "10000000000"},
        {"mint_limit": SPEC.supply_cap + 1},
        {"mint_limit": -1},
        {"mint_limit": True},
        {"mint_limit_refill_per_day": 0},
        {"mint_limit_refill_per_day": -1},
        {"mint_limit_refill_per_day": (GREATEST + 1) * 86_400},
        {"decimals": 0, "mint_limit_refill_per_day": 86_399},  # less than one base unit each second
        {"decimals": 18, "supply_cap": 10**16},
        {"decimals": 0, "mint_limit": 2**33, "mint_limit_refill_per_day": 86_400},  # 272 years and more
    ],
    ids=repr,
)
def test_refuses(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as refused:
        replace(SPEC, **change)

    assert refused.value.moved is Moved.NO
    assert str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 31},
        {"symbol": "€UR"},
        {"decimals": 0},
        {"decimals": 18},
        {"admin_delay_seconds": 0},
        {"admin_delay_seconds": 2**48 - 1},
        {"roles": {}},
        {"salt": b"\xff" * 32},
        {"supply_cap": GREATEST},
        {"supply_cap": GREATEST, "mint_limit": GREATEST, "mint_limit_refill_per_day": GREATEST},
        {"supply_cap": 0, "mint_limit": 0},
        {"mint_limit": SPEC.supply_cap},
        {"mint_limit": 0},
        {"mint_limit_refill_per_day": GREATEST * 86_400},
        {"decimals": 0, "mint_limit_refill_per_day": 86_400},
        {"decimals": 0, "mint_limit": 2**33 - 1, "mint_limit_refill_per_day": 86_400},
    ],
    ids=repr,
)
def test_allows_the_edges(change: dict[str, Any]) -> None:
    assert plan(replace(SPEC, **change)).spec == replace(SPEC, **change)


def test_equal_descriptions_have_equal_plans_whatever_the_order() -> None:
    roles = {Role.PAUSER_ROLE: (ALICE, BOB), Role.BURNER_ROLE: (BOB,)}
    turned = {Role.BURNER_ROLE: (BOB, BOB), Role.PAUSER_ROLE: (BOB, ALICE, BOB)}

    one, other = plan(replace(SPEC, roles=roles)), plan(replace(SPEC, roles=turned))

    assert (one.coin, one.initialization, one.create_coin) == (other.coin, other.initialization, other.create_coin)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Test Dollars"},
        {"symbol": "TUSDX"},
        {"currency": "EUR"},
        {"decimals": 7},
        {"admin": ALICE},
        {"admin_delay_seconds": 3601},
        {"roles": {Role.PAUSER_ROLE: (ALICE,)}},
        {"roles": {Role.UNPAUSER_ROLE: (ALICE, BOB)}},
        {"salt": b"\x01" + bytes(31)},
        {"supply_cap": SPEC.supply_cap + 1},
        {"mint_limit": SPEC.mint_limit + 1},
        {"mint_limit_refill_per_day": SPEC.mint_limit_refill_per_day + 1},
    ],
    ids=repr,
)
def test_another_description_has_another_address_and_the_same_implementation(change: dict[str, Any]) -> None:
    one, other = plan(SPEC), plan(replace(SPEC, **change))

    assert one.coin != other.coin
    assert one.implementation == other.implementation


def test_grants_name_each_holder_once_and_never_the_admin() -> None:
    spec = replace(SPEC, roles={Role.PAUSER_ROLE: (BOB, ALICE, BOB)})

    assert spec.grants() == [(Role.PAUSER_ROLE.identifier, ALICE), (Role.PAUSER_ROLE.identifier, BOB)]


def test_the_policy_is_in_base_units_and_its_refill_each_second() -> None:
    spec = replace(SPEC, decimals=2, supply_cap=5_000, mint_limit=1_000, mint_limit_refill_per_day=2_000)

    assert spec.mint_policy() == (500_000, 100_000, 2)  # 200,000 a day are 2.3 a second: it is cut


@settings(deadline=None)
@given(
    cap=st.integers(0, GREATEST * 2),
    limit=st.integers(0, 2 * 10**16),
    refill=st.integers(0, 10**12),
    decimals=st.integers(0, 18),
)
def test_whatever_is_allowed_keeps_the_contracts_bounds(cap: int, limit: int, refill: int, decimals: int) -> None:
    change = {"supply_cap": cap, "mint_limit": limit, "mint_limit_refill_per_day": refill, "decimals": decimals}
    try:
        supply_cap, capacity, per_second = replace(SPEC, **change).mint_policy()  # type: ignore[arg-type]  # all ints
    except UsageError:
        cap_units, limit_units = cap * 10**decimals, limit * 10**decimals
        per_second = refill * 10**decimals // 86_400
        assert cap_units > 2**112 - 1 or limit_units > cap_units or per_second < 1 or limit_units // per_second >= 2**33
        return
    assert capacity <= supply_cap <= 2**112 - 1
    assert per_second > 0
    assert capacity // per_second < 2**33


@settings(deadline=None)
@given(st.binary(max_size=64), st.binary(min_size=32, max_size=32))
def test_the_address_follows_eip_1014(creation_code: bytes, salt: bytes) -> None:
    deployer = bytes.fromhex("4e59b44847b379578588920ca78fbf26c0b4956c")
    words = b"\xff" + deployer + salt + keccak(primitive=creation_code)

    assert create2_address(creation_code, salt) == keccak(primitive=words)[12:]
