"""StablecoinCalls: every write of the coin as a built call

when a call is built: nothing is sent and no chain is asked; its data is the ABI's
every function of the coin is a read, a builder, or has a reason not to be, overload by overload
"""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi.abi import decode
from eth_utils.crypto import keccak

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.errors import UsageError
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import Stablecoin, StablecoinCalls
from tests.chain.bent import bent
from tests.token.built import (
    ALICE,
    BOB,
    BUILT,
    CALLS,
    CANCELLATION,
    COIN,
    COLLECTION,
    ONE,
    OTHER_PAYMENT,
    PAYMENT,
    PERMIT,
    SIGNATURE,
    USDX,
    WORD,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.chain import Call
    from tests.world import World

# The functions of the coin that Python does not offer by their own name, by name or signature, each with its reason.
BYTES_FORM = "the bytes form takes every signature, those of keys too"
TYPEHASH = "a constant: `signatures` spells the type out"
REASONS = {
    "initialize": "done once, in the transaction that creates the coin, by `deploy`",
    "proxiableUUID": "asked by upgrades themselves",
    "UPGRADE_INTERFACE_VERSION": "asked by OpenZeppelin's own tools",
    "owner": "ERC-5313 for explorers: `default_admin` says the same",
    "symbol": "in `denomination`",
    "decimals": "in `denomination`",
    "getRoleAdmin": "`role_admin`",
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": BYTES_FORM,
    "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)": BYTES_FORM,
    **{
        f"{kind}WithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)": BYTES_FORM
        for kind in ("transfer", "receive")
    },
    "PERMIT_TYPEHASH": TYPEHASH,
    "TRANSFER_WITH_AUTHORIZATION_TYPEHASH": TYPEHASH,
    "RECEIVE_WITH_AUTHORIZATION_TYPEHASH": TYPEHASH,
    "CANCEL_AUTHORIZATION_TYPEHASH": TYPEHASH,
    **{role.name: "a constant: `Role` holds it" for role in Role},
}


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_every_function_of_the_coin_is_a_read_a_builder_or_has_a_reason() -> None:
    reads = public(Stablecoin) | {read.removesuffix("_seconds") for read in public(Stablecoin)}
    built = {signature for _, signature, _ in BUILT.values()}
    unanswered = set()
    for signature, entry in coin_abi().functions.items():
        is_offered = snake_case(entry.name) in reads if entry.is_view else signature in built
        if is_offered == (entry.name in REASONS or signature in REASONS):
            unanswered.add(signature)

    assert unanswered == set()
    assert set(REASONS) <= {entry.name for entry in coin_abi().functions.values()} | set(coin_abi().functions)


def test_every_builder_is_tested_here_and_is_of_the_contract() -> None:
    builders = public(StablecoinCalls)

    assert builders == {name.split()[0] for name in BUILT}
    assert builders <= {snake_case(entry.name) for entry in coin_abi().functions.values()}


def plain(value: Any) -> Any:
    if isinstance(value, Address):
        return "0x" + value.hex()
    return tuple(plain(item) for item in value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(("name", "built"), BUILT.items(), ids=list(BUILT))
def test_builds_what_the_contract_understands(name: str, built: tuple[Call, str, tuple[Any, ...]]) -> None:
    call, signature, arguments = built

    assert call.to == COIN
    assert call.value_wei == 0
    assert call.data[:4] == keccak(text=signature)[:4]
    assert decode(coin_abi().functions[signature].types, call.data[4:]) == plain(arguments)
    assert snake_case(signature.split("(")[0]) == name.split(maxsplit=1)[0]
    assert call.description


def test_descriptions_name_the_amount_and_the_party() -> None:
    assert CALLS.mint(ALICE, USDX.amount(1250)).description == f"mint 1,250.00 USDX to {ALICE}"
    assert CALLS.mint(ALICE, ONE, WORD).description == f"mint 1.00 USDX to {ALICE} under 0x{WORD.hex()}"
    assert CALLS.pause(PauseScope.MINTING | PauseScope.TRANSFERS).description == "pause transfers and minting"
    assert CALLS.grant_role(Role.PAUSER_ROLE, ALICE).description == f"grant PAUSER_ROLE to {ALICE}"
    assert BUILT["transfer_batch"][0].description == "transfer 3.00 USDX to 2 accounts"
    assert BUILT["mint_batch"][0].description == "mint 3.00 USDX to 2 accounts"
    assert BUILT["transfer_with_authorization_batch"][0].description == "settle 2 signed payments of 3.00 USDX"
    assert BUILT["configure_minter with refill"][0].description == (
        f"let {ALICE} mint 2.00 USDX, of which 1.00 USDX come back each second"
    )
    assert CALLS.blacklist_batch([ALICE]).description == f"blacklist {ALICE}"
    greatest = USDX.from_base_units(2**128 - 1)
    assert "more than there can be" in CALLS.transfer_batch([(ALICE, greatest), (BOB, greatest)]).description


def test_one_kind_of_signed_payment_does_not_pass_for_another() -> None:
    crossed: list[Callable[[], Call]] = [
        lambda: CALLS.transfer_with_authorization(COLLECTION, SIGNATURE),  # type: ignore[arg-type]  # the point
        lambda: CALLS.receive_with_authorization(PAYMENT, SIGNATURE),  # type: ignore[arg-type]  # the same
        lambda: CALLS.transfer_with_authorization_batch(
            [(OTHER_PAYMENT, SIGNATURE), (COLLECTION, SIGNATURE)],  # type: ignore[list-item]  # the same
            skips_refused=False,
        ),
        lambda: CALLS.cancel_authorization(PAYMENT, SIGNATURE),  # type: ignore[arg-type]  # the same
        lambda: CALLS.permit(CANCELLATION, SIGNATURE),  # type: ignore[arg-type]  # the same
    ]
    for build in crossed:
        with pytest.raises(UsageError, match="Not a "):
            build()


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
    one = coin.amount(1)
    payment = replace(PAYMENT, value=one)
    samples = {
        "Address | str": ALICE,
        "Address | str | None": None,
        "Amount": one,
        "Amount | None": one,
        "Role": Role.PAUSER_ROLE,
        "int": 5,
        "bool": True,
        "str": "https://example.org",
        "bytes": WORD,
        "bytes | None": WORD,
        "PauseScope": PauseScope.ALL,
        "Call | None": None,
        "Permit": replace(PERMIT, value=one),
        "TransferAuthorization": payment,
        "ReceiveAuthorization": replace(COLLECTION, value=one),
        "CancelAuthorization": CANCELLATION,
        "Sequence[Address | str]": [ALICE],
        "Sequence[tuple[Address | str, Amount]]": [(ALICE, one)],
        "Sequence[tuple[Address | str, Amount, bytes]]": [(ALICE, one, WORD)],
        "Sequence[tuple[TransferAuthorization, bytes]]": [(payment, SIGNATURE)],
    }

    for name, method in inspect.getmembers(coin.calls, inspect.ismethod):
        if not name.startswith("_"):
            parameters = inspect.signature(method).parameters.values()
            arguments = {parameter.name: samples[parameter.annotation] for parameter in parameters}
            assert method(**arguments).to == coin.address
    with pytest.raises(AssertionError, match="was asked"):
        coin.total_supply()
