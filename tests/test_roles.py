"""Roles and pause scopes, as the contract spells them

when a role's identifier is asked for: its number in the contract; zero for the admin's
when an identifier is named: the role, or its bytes
when scopes are put into words: each once, none for none
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.roles import PauseScope, Role

if TYPE_CHECKING:
    from tests.world import World


def test_no_two_roles_have_one_identifier() -> None:
    assert len({role.identifier for role in Role}) == len(Role)


def test_the_admins_identifier_is_zero() -> None:
    assert Role.DEFAULT_ADMIN_ROLE.identifier == bytes(32)


def test_the_roles_are_those_of_the_contract(local: World) -> None:
    constants = {signature for signature in coin_abi().functions if signature.endswith("_ROLE()")}

    assert constants == {f"{role.name}()" for role in Role}
    for role in Role:
        assert local.coin._read(role.name) == role.identifier


def test_names_every_role_by_its_identifier() -> None:
    assert [Role.named(role.identifier) for role in Role] == [role.name for role in Role]


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32).filter(any))
def test_shows_the_bytes_of_an_unknown_role(identifier: bytes) -> None:
    assert Role.named(identifier) == "0x" + identifier.hex()


@pytest.mark.parametrize(
    ("scopes", "words"),
    [
        (PauseScope(0), ()),
        (PauseScope.TRANSFERS, ("transfers",)),
        (PauseScope.MINTING | PauseScope.REDEMPTION, ("minting", "redemption")),
        (PauseScope.ALL, ("transfers", "minting", "redemption")),
    ],
)
def test_puts_scopes_into_words(scopes: PauseScope, words: tuple[str, ...]) -> None:
    assert scopes.names() == words


def test_all_scopes_are_each_of_them() -> None:
    assert PauseScope.TRANSFERS | PauseScope.MINTING | PauseScope.REDEMPTION == PauseScope.ALL
