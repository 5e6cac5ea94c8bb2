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
SPEC = CoinSpec("Test Dollar", "TUSD", "USD", 6, ADMIN, 3600, {Role.PAUSER_ROLE: (ALICE, BOB)})


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


@settings(deadline=None)
@given(st.binary(max_size=64), st.binary(min_size=32, max_size=32))
def test_the_address_follows_eip_1014(creation_code: bytes, salt: bytes) -> None:
    deployer = bytes.fromhex("4e59b44847b379578588920ca78fbf26c0b4956c")
    words = b"\xff" + deployer + salt + keccak(primitive=creation_code)

    assert create2_address(creation_code, salt) == keccak(primitive=words)[12:]
