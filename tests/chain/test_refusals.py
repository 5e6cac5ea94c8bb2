"""A revert is one typed error, however it comes back

when a contract reverts: call, estimate, a send that is found out before, and a mined transaction all say the same
given Error(string), Panic(uint256), the coin's own errors, unknown bytes, or none at all
when the state changes between the estimate and the block: the mined refusal says why
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools import reverts
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call, refusal
from stablecoin_tools.errors import Reverted
from stablecoin_tools.reverts import (
    AccountBlacklisted,
    ContractRevert,
    ERC20InsufficientBalance,
    RevertedWithPanic,
    RevertedWithReason,
    ScopePaused,
    UnknownRevert,
)
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.signers import UnsignedTransaction
from stablecoin_tools.transactions import TransactionManager
from tests.chain.bent import bent
from tests.chain.echo import deploy_echo, revert_data
from tests.world import IMPATIENT, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Survey
    from stablecoin_tools.errors import ChainError

PARTY = "0x" + "ab" * 20
BROKEN_TEXT = revert_data("Error(string)", "xy").replace(b"xy", b"\xff\xfe")
CASES: dict[str, tuple[bytes, type[ContractRevert], dict[str, Any]]] = {
    "reason": (revert_data("Error(string)", "no wäy"), RevertedWithReason, {"reason": "no wäy"}),
    "panic": (revert_data("Panic(uint256)", 0x11), RevertedWithPanic, {"panic_code": 0x11}),
    "unknown bytes": (b"\xde\xad\xbe\xef\x01", UnknownRevert, {"revert_data": b"\xde\xad\xbe\xef\x01"}),
    "fewer bytes than a selector": (b"\x08\xc3", UnknownRevert, {"revert_data": b"\x08\xc3"}),
    "nothing": (b"", UnknownRevert, {"revert_data": b""}),
    "reason that is no text": (BROKEN_TEXT, UnknownRevert, {"revert_data": BROKEN_TEXT}),
    "cut short": (
        revert_data("AccountBlacklisted(address)", PARTY)[:-1],
        UnknownRevert,
        {"revert_data": revert_data("AccountBlacklisted(address)", PARTY)[:-1]},
    ),
    "own error": (revert_data("AccountBlacklisted(address)", PARTY), AccountBlacklisted, {"account": b"\xab" * 20}),
    "own error of three": (
        revert_data("ERC20InsufficientBalance(address,uint256,uint256)", PARTY, 5, 2**256 - 1),
        ERC20InsufficientBalance,
        {"sender": b"\xab" * 20, "balance": 5, "needed": 2**256 - 1},
    ),
}


def found(error: Reverted) -> tuple[type[Reverted], dict[str, Any]]:
    assert isinstance(error, ContractRevert)
    named: Any = error  # every subclass is a dataclass
    return type(error), {field.name: getattr(error, field.name) for field in fields(named)}


@pytest.fixture
def echo(world: World) -> Address:
    return deploy_echo(world)


@pytest.mark.parametrize(("words", "kind", "expected"), CASES.values(), ids=CASES)
def test_is_the_same_error_on_every_path(
    world: World, echo: Address, words: bytes, kind: type[Reverted], expected: dict[str, Any]
) -> None:
    call, alice = Call(echo, words), world.signers["alice"]

    def survey_of_one(_: Sequence[Call], *, sender: Address) -> Survey:
        found: Survey = world.chain.survey([], sender=sender)
        return replace(found, gas=(100_000,))

    forced = TransactionManager(bent(world.chain, survey=survey_of_one), waiting=IMPATIENT)
    nonce = world.chain.nonce(alice.address)

    with pytest.raises(Reverted) as when_called:
        world.chain.call(call, sender=alice.address)
    with pytest.raises(Reverted) as when_called_by_nobody:
        world.chain.call(call)
    with pytest.raises(Reverted) as when_estimated:
        world.chain.estimate_gas(call, sender=alice.address)
    with pytest.raises(Reverted) as when_sent:
        world.transactions.send(call, signer=alice)
    assert world.chain.nonce(alice.address) == nonce
    with pytest.raises(Reverted) as when_mined:
        forced.send(call, signer=alice)
    assert world.chain.nonce(alice.address) == nonce + 1

    for refused in (when_called, when_called_by_nobody, when_estimated, when_sent, when_mined):
        assert found(refused.value) == (kind, expected)
    for unsent in (when_called, when_called_by_nobody, when_estimated, when_sent):
        assert unsent.value.transaction_hash == ""
    receipt = world.chain.receipt(when_mined.value.transaction_hash)
    assert receipt is not None
    assert not receipt.succeeded
    assert receipt.logs == ()


def test_says_why_when_the_state_changed_in_an_earlier_block(world: World) -> None:
    world.give("alice", 10)
    coin, alice = world.coin, world.signers["alice"]

    def paused_first(signed: Sequence[bytes]) -> list[ChainError | None]:
        world.do(coin.calls.pause(PauseScope.TRANSFERS), by="pauser")
        return list(world.chain.publish_many(signed))

    overtaken = TransactionManager(bent(world.chain, publish_many=paused_first), waiting=IMPATIENT)

    with pytest.raises(ScopePaused) as refused:
        overtaken.send(coin.calls.transfer(world.address("bob"), coin.amount(3)), signer=alice)

    assert refused.value.scope == PauseScope.TRANSFERS
    receipt = world.chain.receipt(refused.value.transaction_hash)
    assert receipt is not None
    assert not receipt.succeeded
    assert coin.balance_of(alice.address) == coin.amount(10)
    assert coin.balance_of(world.address("bob")) == coin.amount(0)


def test_says_why_when_the_state_changed_in_the_same_block(anvil: World) -> None:
    anvil.give("alice", 10)
    coin, alice, pauser = anvil.coin, anvil.signers["alice"], anvil.signers["pauser"]
    pause = pauser.sign_transaction(
        UnsignedTransaction(
            chain_id=31337,
            nonce=anvil.chain.nonce(pauser.address),
            to=coin.address,
            data=coin.calls.pause(PauseScope.TRANSFERS).data,
            value_wei=0,
            gas_limit=100_000,
            max_fee_wei=100 * 10**9,
            tip_wei=50 * 10**9,
        )
    )

    def both_in_one_block(signed: Sequence[bytes]) -> list[ChainError | None]:
        anvil.chain.ask("evm_setAutomine", False)  # noqa: FBT003  # JSON-RPC has no keywords
        try:
            answers: list[ChainError | None] = anvil.chain.publish_many([pause, *signed])
            anvil.chain.ask("evm_mine")
        finally:
            anvil.chain.ask("evm_setAutomine", True)  # noqa: FBT003  # the same
        return answers[1:]

    overtaken = TransactionManager(bent(anvil.chain, publish_many=both_in_one_block), waiting=IMPATIENT)

    with pytest.raises(Reverted) as refused:
        overtaken.send(coin.calls.transfer(anvil.address("bob"), coin.amount(3)), signer=alice)

    assert refused.value.transaction_hash
    assert coin.paused()
    assert found(refused.value) == (ScopePaused, {"scope": PauseScope.TRANSFERS})


def test_every_error_of_the_contracts_has_its_class_with_its_fields() -> None:
    for entry in coin_abi().errors.values():
        kind = getattr(reverts, entry.name)
        assert [field.name for field in fields(kind)] == [name for name, _ in entry.inputs]


@settings(deadline=None)
@given(
    st.binary(max_size=400)
    | st.builds(bytes.__add__, st.sampled_from(sorted(coin_abi().errors)), st.binary(max_size=300))
)
@example(revert_data("Error(string)", "x" * 5000))
@example(revert_data("Panic(uint256)", 2**256 - 1))
def test_any_bytes_are_one_typed_error_that_can_be_shown(words: bytes) -> None:
    error = refusal(words)

    assert isinstance(error, ContractRevert)
    assert str(error)
    assert error.code
    if isinstance(error, UnknownRevert):
        assert error.revert_data == words
