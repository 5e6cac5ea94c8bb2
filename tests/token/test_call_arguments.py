"""StablecoinCalls refuses what is wrong as it is built, before anything can be sent

when a party is zero, mistyped or no address; an amount another coin's, a float or an int; a reference not 32 bytes;
a batch empty; an upgrade's call to another contract; a number out of range
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import MAX_BASE_UNITS, Denomination
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import InvalidAddress, InvalidAmount, Moved, UsageError
from stablecoin_tools.roles import Role
from stablecoin_tools.token import StablecoinCalls
from tests.token.built import ALICE, BOB, CALLS, CANCELLATION, COLLECTION, ONE, PAYMENT, PERMIT, SIGNATURE, USDX, WORD

if TYPE_CHECKING:
    from collections.abc import Callable

WITH_PARTIES: dict[str, list[Callable[[Any], Call]]] = {
    "transfer": [lambda party: CALLS.transfer(party, ONE)],
    "transfer_from": [
        lambda party: CALLS.transfer_from(party, BOB, ONE),
        lambda party: CALLS.transfer_from(BOB, party, ONE),
    ],
    "transfer_with_memo": [lambda party: CALLS.transfer_with_memo(party, ONE, WORD)],
    "transfer_from_with_memo": [
        lambda party: CALLS.transfer_from_with_memo(party, BOB, ONE, WORD),
        lambda party: CALLS.transfer_from_with_memo(BOB, party, ONE, WORD),
    ],
    "transfer_batch": [lambda party: CALLS.transfer_batch([(ALICE, ONE), (party, ONE)])],
    "approve": [lambda party: CALLS.approve(party, ONE)],
    "increase_allowance": [lambda party: CALLS.increase_allowance(party, ONE)],
    "decrease_allowance": [lambda party: CALLS.decrease_allowance(party, ONE)],
    "mint": [lambda party: CALLS.mint(party, ONE)],
    "mint_batch": [lambda party: CALLS.mint_batch([(ALICE, ONE, WORD), (party, ONE, WORD)])],
    "configure_minter": [lambda party: CALLS.configure_minter(party, ONE)],
    "remove_minter": [CALLS.remove_minter],
    "configure_bridge": [lambda party: CALLS.configure_bridge(party, ONE)],
    "remove_bridge": [CALLS.remove_bridge],
    "crosschain_mint": [lambda party: CALLS.crosschain_mint(party, ONE)],
    "crosschain_burn": [lambda party: CALLS.crosschain_burn(party, ONE)],
    "blacklist": [CALLS.blacklist],
    "blacklist_batch": [lambda party: CALLS.blacklist_batch([ALICE, party])],
    "un_blacklist": [CALLS.un_blacklist],
    "seize": [
        lambda party: CALLS.seize(party, BOB, ONE, WORD),
        lambda party: CALLS.seize(BOB, party, ONE, WORD),
    ],
    "burn_blacklisted": [lambda party: CALLS.burn_blacklisted(party, ONE, WORD)],
    "verify": [CALLS.verify],
    "un_verify": [CALLS.un_verify],
    "rescue_erc20": [
        lambda party: CALLS.rescue_erc20(party, BOB, 1),
        lambda party: CALLS.rescue_erc20(BOB, party, 1),
    ],
    "rescue_eth": [lambda party: CALLS.rescue_eth(party, 1)],
    "grant_role": [lambda party: CALLS.grant_role(Role.PAUSER_ROLE, party)],
    "revoke_role": [lambda party: CALLS.revoke_role(Role.PAUSER_ROLE, party)],
    "renounce_role": [lambda party: CALLS.renounce_role(Role.PAUSER_ROLE, party)],
    "begin_default_admin_transfer": [CALLS.begin_default_admin_transfer],
    "upgrade_to_and_call": [CALLS.upgrade_to_and_call],
}
WITH_AMOUNTS: dict[str, list[Callable[[Any], Call]]] = {
    "transfer": [lambda value: CALLS.transfer(ALICE, value)],
    "transfer_from": [lambda value: CALLS.transfer_from(ALICE, BOB, value)],
    "transfer_with_memo": [lambda value: CALLS.transfer_with_memo(ALICE, value, WORD)],
    "transfer_from_with_memo": [lambda value: CALLS.transfer_from_with_memo(ALICE, BOB, value, WORD)],
    "transfer_batch": [lambda value: CALLS.transfer_batch([(ALICE, ONE), (BOB, value)])],
    "approve": [lambda value: CALLS.approve(ALICE, value)],
    "increase_allowance": [lambda value: CALLS.increase_allowance(ALICE, value)],
    "decrease_allowance": [lambda value: CALLS.decrease_allowance(ALICE, value)],
    "mint": [lambda value: CALLS.mint(ALICE, value), lambda value: CALLS.mint(ALICE, value, WORD)],
    "mint_batch": [lambda value: CALLS.mint_batch([(ALICE, ONE, WORD), (BOB, value, WORD)])],
    "burn": [CALLS.burn, lambda value: CALLS.burn(value, WORD)],
    "redeem": [lambda value: CALLS.redeem(value, WORD)],
    "configure_minter": [
        lambda value: CALLS.configure_minter(ALICE, value),
        lambda value: CALLS.configure_minter(ALICE, value, ONE),
    ],
    "configure_bridge": [lambda value: CALLS.configure_bridge(ALICE, value)],
    "crosschain_mint": [lambda value: CALLS.crosschain_mint(ALICE, value)],
    "crosschain_burn": [lambda value: CALLS.crosschain_burn(ALICE, value)],
    "set_supply_cap": [CALLS.set_supply_cap],
    "set_global_limit": [
        lambda value: CALLS.set_global_limit(value, ONE),
        lambda value: CALLS.set_global_limit(ONE, value),
    ],
    "seize": [lambda value: CALLS.seize(ALICE, BOB, value, WORD)],
    "burn_blacklisted": [lambda value: CALLS.burn_blacklisted(ALICE, value, WORD)],
}
# None is allowed here, so they are apart: it leaves the refill, the reference or the feed out.
WITH_A_REFILL: dict[str, Callable[[Any], Call]] = {
    "configure_minter": lambda value: CALLS.configure_minter(ALICE, ONE, value),
    "configure_bridge": lambda value: CALLS.configure_bridge(ALICE, ONE, value),
}
WITH_WORDS: dict[str, Callable[[Any], Call]] = {
    "transfer_with_memo": lambda word: CALLS.transfer_with_memo(ALICE, ONE, word),
    "transfer_from_with_memo": lambda word: CALLS.transfer_from_with_memo(ALICE, BOB, ONE, word),
    "mint": lambda word: CALLS.mint(ALICE, ONE, word),
    "mint_batch": lambda word: CALLS.mint_batch([(ALICE, ONE, word)]),
    "burn": lambda word: CALLS.burn(ONE, word),
    "redeem": lambda word: CALLS.redeem(ONE, word),
    "seize": lambda word: CALLS.seize(ALICE, BOB, ONE, word),
    "burn_blacklisted": lambda word: CALLS.burn_blacklisted(ALICE, ONE, word),
}
WORD_PARAMETERS = {"memo", "ref", "order_ref"}


def test_every_builder_with_a_party_an_amount_or_a_word_is_tested_for_wrong_ones() -> None:
    for name, method in inspect.getmembers(StablecoinCalls, inspect.isfunction):
        if not name.startswith("_"):
            parameters = inspect.signature(method).parameters
            kinds = [str(parameter.annotation) for parameter in parameters.values()]
            parties = sum(kind.count("Address | str") for kind in kinds if "None" not in kind)
            assert parties == len(WITH_PARTIES.get(name, [])), name
            assert any("Amount" in kind and "None" not in kind for kind in kinds) == (name in WITH_AMOUNTS), name
            assert ("Amount | None" in kinds) == (name in WITH_A_REFILL), name
            has_word = bool(WORD_PARAMETERS & set(parameters)) or any(
                kind.endswith("Amount, bytes]]") for kind in kinds
            )
            assert has_word == (name in WITH_WORDS), name


WRONG_PARTIES = [
    ZERO_ADDRESS,
    str(ZERO_ADDRESS),
    "",
    "0x12",
    "alice",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
    str(ALICE)[2:],
    5,
    bytes(ALICE),
]


@pytest.mark.parametrize("party", [*WRONG_PARTIES, None], ids=repr)
@pytest.mark.parametrize("name", WITH_PARTIES)
def test_a_wrong_party_is_refused_as_the_call_is_built(name: str, party: Any) -> None:
    for build in WITH_PARTIES[name]:
        with pytest.raises(InvalidAddress) as refused:
            build(party)
        assert refused.value.moved is Moved.NO


@pytest.mark.parametrize("party", WRONG_PARTIES, ids=repr)
def test_a_wrong_feed_is_refused(party: Any) -> None:
    with pytest.raises(InvalidAddress):
        CALLS.set_reserve_feed(party, 60)


@pytest.mark.parametrize("name", WITH_PARTIES)
def test_a_party_is_an_address_or_its_text(name: str) -> None:
    party = Address(b"\xab" * 20)
    for build in WITH_PARTIES[name]:
        assert build(party) == build(str(party)) == build(str(party).lower())


EURX = Denomination("EURX", 6)
WRONG_AMOUNTS = [EURX.amount(1), Denomination("USDX", 18).amount(1), 1, 1.0, True, "1.00 USDX", 10**6]


@pytest.mark.parametrize("value", [*WRONG_AMOUNTS, None], ids=str)
@pytest.mark.parametrize("name", WITH_AMOUNTS)
def test_a_wrong_amount_is_refused_as_the_call_is_built(name: str, value: Any) -> None:
    for build in WITH_AMOUNTS[name]:
        with pytest.raises(InvalidAmount) as refused:
            build(value)
        assert refused.value.moved is Moved.NO


@pytest.mark.parametrize("value", WRONG_AMOUNTS, ids=str)
@pytest.mark.parametrize("name", WITH_A_REFILL)
def test_a_wrong_refill_is_refused_as_the_call_is_built(name: str, value: Any) -> None:
    with pytest.raises(InvalidAmount):
        WITH_A_REFILL[name](value)


def test_what_was_signed_for_another_coin_is_refused() -> None:
    elsewhere = EURX.amount(1)
    builds: list[Callable[[], Call]] = [
        lambda: CALLS.permit(replace(PERMIT, value=elsewhere), SIGNATURE),
        lambda: CALLS.transfer_with_authorization(replace(PAYMENT, value=elsewhere), SIGNATURE),
        lambda: CALLS.receive_with_authorization(replace(COLLECTION, value=elsewhere), SIGNATURE),
        lambda: CALLS.transfer_with_authorization_batch(
            [(PAYMENT, SIGNATURE), (replace(PAYMENT, value=elsewhere), SIGNATURE)], skips_refused=True
        ),
    ]
    for build in builds:
        with pytest.raises(InvalidAmount):
            build()


@settings(deadline=None)
@given(st.integers(0, MAX_BASE_UNITS))
def test_the_base_units_reach_the_contract_unchanged(units: int) -> None:
    for builds in WITH_AMOUNTS.values():
        for build in builds:
            data = build(USDX.from_base_units(units)).data[4:]
            assert units.to_bytes(32) in [data[place : place + 32] for place in range(0, len(data), 32)]


@pytest.mark.parametrize("word", [b"", b"\x01" * 31, b"\x01" * 33, "order-42", "0x" + "01" * 32, 1], ids=repr)
@pytest.mark.parametrize("name", WITH_WORDS)
def test_what_is_not_32_bytes_is_refused_and_never_filled_up(name: str, word: Any) -> None:
    with pytest.raises(UsageError, match="32 bytes") as refused:
        WITH_WORDS[name](word)

    assert "reference(" in refused.value.hint


@pytest.mark.parametrize(
    "build",
    [
        lambda: CALLS.transfer_batch([]),
        lambda: CALLS.mint_batch(()),
        lambda: CALLS.blacklist_batch([]),
        lambda: CALLS.transfer_with_authorization_batch([], skips_refused=True),
    ],
)
def test_an_empty_batch_is_refused(build: Callable[[], Call]) -> None:
    with pytest.raises(UsageError, match="empty"):
        build()


@pytest.mark.parametrize("number", [-1, 2**256, 1.5, "5", None])
def test_a_number_out_of_range_is_refused(number: Any) -> None:
    for build in (
        CALLS.change_default_admin_delay,
        lambda seconds: CALLS.set_reserve_feed(ALICE, seconds),
        lambda value: CALLS.rescue_erc20(ALICE, BOB, value),
        lambda value: CALLS.rescue_eth(ALICE, value),
    ):
        with pytest.raises(UsageError):
            build(number)


@pytest.mark.parametrize("value", [1, "yes", None])
def test_a_switch_is_on_or_off(value: Any) -> None:
    with pytest.raises(UsageError):
        CALLS.set_allowlist_only(value)
    with pytest.raises(UsageError):
        CALLS.transfer_with_authorization_batch([(PAYMENT, SIGNATURE)], skips_refused=value)


@pytest.mark.parametrize("signature", ["0x" + "03" * 65, 5, None], ids=repr)
def test_a_signature_is_bytes(signature: Any) -> None:
    builds: list[Callable[[], Call]] = [
        lambda: CALLS.permit(PERMIT, signature),
        lambda: CALLS.transfer_with_authorization(PAYMENT, signature),
        lambda: CALLS.receive_with_authorization(COLLECTION, signature),
        lambda: CALLS.transfer_with_authorization_batch([(PAYMENT, signature)], skips_refused=True),
        lambda: CALLS.cancel_authorization(CANCELLATION, signature),
    ]
    for build in builds:
        with pytest.raises(UsageError):
            build()


def test_an_upgrade_calls_nothing_but_the_coin() -> None:
    with pytest.raises(UsageError, match="this coin"):
        CALLS.upgrade_to_and_call(ALICE, Call(BOB, b"\x01"))
