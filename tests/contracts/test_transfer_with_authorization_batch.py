"""transferWithAuthorizationBatch(authorizations, skipsRefused)

given skipsRefused is false: settles all, or reverts with the first refusal and leaves every nonce
given skipsRefused is true: settles what can be settled
    when a payment is refused: emits AuthorizationSkipped with the error it would meet alone, and leaves its nonce
    when a wallet burns all the gas it is given: skips its payment, settles the rest
    when less gas is left than each payment may use: reverts as a whole, so that nothing is skipped for want of gas
given no payments: does nothing
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_hash.auto import keccak

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.chain import Call
from stablecoin_tools.chain.refusals import refusal
from stablecoin_tools.reverts import AuthorizationUsedOrCanceled, InsufficientGas, InvalidSignature, UnknownRevert
from stablecoin_tools.roles import PauseScope
from stablecoin_tools.token.events import AuthorizationSkipped, AuthorizationUsed, Transfer
from tests.contracts.signing import (
    CODES_THAT_DO_NOT_SIGN,
    FOREVER,
    TOKEN,
    TYPES,
    call_signed,
    is_used,
    key_of,
    new_wallet,
    payment,
    put_code,
    signed,
    submitted,
)
from tests.contracts.words import answer_of, call_of, facts_of, refusal_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stablecoin_tools.token import Event
    from tests.contracts.signing import Message
    from tests.world import World

FUNCTION = "transferWithAuthorization"
GAS_PER_PAYMENT = 200_000
both_ways = pytest.mark.parametrize("skips", [False, True], ids=["all or nothing", "skipping"])


@dataclass(frozen=True)
class Item:
    """A payment and the signature that is handed in with it."""

    message: Message
    signature: bytes

    @property
    def nonce(self) -> bytes:
        nonce: bytes = self.message["nonce"]
        return nonce


@pytest.fixture
def held(local: World) -> World:
    """Alice holds 10 tokens, the minter 5."""
    local.give("alice", 10)
    local.give("minter", 5)
    return local


def item(world: World, number: int, *, by: str = "alice", **changes: Any) -> Item:
    message = payment(world, nonce=number.to_bytes(32, "big"), **{"from": world.address(by), **changes})
    return Item(message, signed(world, "TransferWithAuthorization", message, by=by))


def batch(world: World, items: Sequence[Item], *, skips: bool) -> Call:
    rows = [(*item.message.values(), item.signature) for item in items]
    return call_of(world, "transferWithAuthorizationBatch", rows, skips)


def alone(world: World, one: Item) -> Call:
    return submitted(world, FUNCTION, one.message, one.signature)


def settled(world: World, one: Item) -> list[tuple[type[Event], dict[str, Any]]]:
    message = one.message
    value = world.coin.denomination.from_base_units(message["value"])
    return [
        said(AuthorizationUsed, authorizer=message["from"], nonce=one.nonce),
        said(Transfer, sender=message["from"], to=message["to"], value=value),
    ]


def skipped(events: Sequence[Event]) -> list[tuple[bytes, Any]]:
    """The nonces of the payments that were skipped, and why."""
    return [
        (event.nonce, facts_of(refusal(event.reason))) for event in events if isinstance(event, AuthorizationSkipped)
    ]


def balances(world: World, *people: str) -> list[int]:
    return [world.coin.balance_of(world.address(person)).base_units // TOKEN for person in people]


@both_ways
def test_settles_all_in_order(held: World, skips: bool) -> None:  # noqa: FBT001  # a parameter
    items = [item(held, 1), item(held, 2, by="minter", value=2 * TOKEN), item(held, 3, to=held.address("admin"))]

    events = held.do(batch(held, items, skips=skips), by="admin")

    assert told(events) == [event for one in items for event in settled(held, one)]
    assert balances(held, "alice", "bob", "minter", "admin") == [8, 3, 3, 1]
    assert held.coin.total_supply() == held.coin.amount(15)
    assert [is_used(held, one.nonce, of=by) for one, by in zip(items, ("alice", "minter", "alice"), strict=True)] == [
        True
    ] * 3


@both_ways
def test_does_nothing_without_payments(held: World, skips: bool) -> None:  # noqa: FBT001  # a parameter
    assert held.do(batch(held, [], skips=skips), by="admin") == []
    assert balances(held, "alice", "bob", "minter") == [10, 0, 5]


@both_ways
def test_passes_coins_on_within_one_batch(held: World, skips: bool) -> None:  # noqa: FBT001  # a parameter
    items = [item(held, 1, value=10 * TOKEN), item(held, 1, by="bob", to=held.address("admin"), value=10 * TOKEN)]

    held.do(batch(held, items, skips=skips), by="admin")

    assert balances(held, "alice", "bob", "admin") == [0, 0, 10]


@both_ways
def test_settles_what_a_wallet_signed(held: World, skips: bool) -> None:  # noqa: FBT001  # a parameter
    wallet = new_wallet(held, owner="bob")
    held.do(held.coin.calls.transfer(wallet, held.coin.amount(4)), by="alice")
    message = payment(held, **{"from": wallet})
    one = Item(message, signed(held, "TransferWithAuthorization", message, by="bob") + b"more")

    events = held.do(batch(held, [one], skips=skips), by="admin")

    assert told(events) == settled(held, one)
    assert held.coin.balance_of(wallet) == held.coin.amount(3)


def _blacklist(person: str) -> Callable[[World], Item]:
    def prepare(world: World) -> Item:
        world.do(world.coin.calls.blacklist(world.address(person)), by="blacklister")
        return item(world, 2)

    return prepare


def _replayed(world: World) -> Item:
    world.do(call_signed(world, FUNCTION, item(world, 2).message), by="admin")
    return item(world, 2)


def _canceled(world: World) -> Item:
    message = {"authorizer": world.address("alice"), "nonce": item(world, 2).nonce}
    world.do(call_signed(world, "cancelAuthorization", message), by="admin")
    return item(world, 2)


def _paused(world: World) -> Item:
    world.do(world.coin.calls.pause(PauseScope.TRANSFERS), by="pauser")
    return item(world, 2)


REFUSED: dict[str, tuple[str, Callable[[World], Item]]] = {
    "payer blacklisted": ("AccountBlacklisted", _blacklist("alice")),
    "payee blacklisted": ("AccountBlacklisted", _blacklist("bob")),
    "replayed": ("AuthorizationUsedOrCanceled", _replayed),
    "canceled": ("AuthorizationUsedOrCanceled", _canceled),
    "expired": ("AuthorizationExpired", lambda world: item(world, 2, validBefore=1)),
    "not yet valid": ("AuthorizationNotYetValid", lambda world: item(world, 2, validAfter=FOREVER - 1)),
    "wrong signature": ("InvalidSignature", lambda world: Item(item(world, 2).message, item(world, 3).signature)),
    "no signature": ("InvalidSignature", lambda world: Item(item(world, 2).message, b"")),
    "too little balance": ("ERC20InsufficientBalance", lambda world: item(world, 2, value=11 * TOKEN)),
    "to the zero address": ("ERC20InvalidReceiver", lambda world: item(world, 2, to=ZERO_ADDRESS)),
    "to the coin": ("ERC20InvalidReceiver", lambda world: item(world, 2, to=world.coin.address)),
    "paused": ("ScopePaused", _paused),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_skipped_payment_tells_the_error_it_would_meet_alone(held: World, reason: str) -> None:
    error, prepare = REFUSED[reason]
    good = [item(held, number, by="minter", to=held.address("admin")) for number in (1, 3)]
    bad = prepare(held)
    was_used = is_used(held, bad.nonce)
    expected = facts_of(refusal_of(held, alone(held, bad), by="admin"))
    assert expected is not None
    assert expected[0] == error

    events = held.do(batch(held, [good[0], bad, good[1]], skips=True), by="admin")

    reasons = dict(skipped(events))
    assert reasons[bad.nonce] == expected
    assert is_used(held, bad.nonce) == was_used
    if reason == "paused":
        assert list(reasons.values()) == [expected] * 3
    else:
        assert len(events) == 5
        assert told(events)[:2] + told(events)[-2:] == [event for one in good for event in settled(held, one)]
        assert balances(held, "admin") == [2]
    assert held.coin.total_supply() == held.coin.amount(15)


@pytest.mark.parametrize("reason", REFUSED)
def test_all_or_nothing_reverts_with_the_first_refusal(held: World, reason: str) -> None:
    _, prepare = REFUSED[reason]
    good = [item(held, number, by="minter", to=held.address("admin")) for number in (1, 3)]
    bad = prepare(held)

    expected = facts_of(refusal_of(held, alone(held, bad), by="admin"))

    assert expected is not None
    for place in range(3):
        items = [*good[:place], bad, *good[place:]]
        assert facts_of(refusal_of(held, batch(held, items, skips=False), by="admin")) == expected


def test_all_or_nothing_leaves_every_nonce_and_balance_when_one_is_refused(held: World) -> None:
    forged = Item(item(held, 2).message, item(held, 2, by="minter").signature)

    with reverts(InvalidSignature, signer=held.address("alice")):
        held.do(batch(held, [item(held, 1), forged, item(held, 3)], skips=False), by="admin")

    assert [is_used(held, item(held, number).nonce) for number in (1, 2, 3)] == [False] * 3
    assert balances(held, "alice", "bob") == [10, 0]


def test_a_payment_that_stands_twice_is_settled_once(held: World) -> None:
    one, another = item(held, 1), item(held, 2)
    used = ("AuthorizationUsedOrCanceled", {"authorizer": held.address("alice"), "nonce": one.nonce})

    events = held.do(batch(held, [one, one, another, one], skips=True), by="admin")

    assert skipped(events) == [(one.nonce, used), (one.nonce, used)]
    assert balances(held, "alice", "bob") == [8, 2]


def test_a_payment_that_stands_twice_refuses_all_or_nothing(held: World) -> None:
    one = item(held, 1)

    with reverts(AuthorizationUsedOrCanceled, authorizer=held.address("alice"), nonce=one.nonce):
        held.do(batch(held, [one, item(held, 2), one], skips=False), by="admin")

    assert balances(held, "alice", "bob") == [10, 0]


def test_a_skipped_payment_can_be_settled_later(held: World) -> None:
    items = [item(held, number, value=6 * TOKEN) for number in (1, 2)]
    events = held.do(batch(held, items, skips=True), by="admin")
    short = {"sender": held.address("alice"), "balance": 4 * TOKEN, "needed": 6 * TOKEN}
    assert skipped(events) == [(items[1].nonce, ("ERC20InsufficientBalance", short))]

    held.give("alice", 2)
    events = held.do(batch(held, items, skips=True), by="admin")

    assert [nonce for nonce, _ in skipped(events)] == [items[0].nonce]
    assert balances(held, "alice", "bob") == [0, 12]
    assert held.coin.total_supply() == held.coin.amount(17)


@pytest.mark.parametrize("code", CODES_THAT_DO_NOT_SIGN)
def test_a_hostile_wallet_cannot_block_the_rest(held: World, code: str) -> None:
    wallet = put_code(held, bytes.fromhex(CODES_THAT_DO_NOT_SIGN[code]))
    message = payment(held, **{"from": wallet})
    hostile = Item(message, bytes(65))

    events = held.do(batch(held, [item(held, 1), hostile, hostile, item(held, 2)], skips=True), by="admin")

    assert skipped(events) == [(hostile.nonce, ("InvalidSignature", {"signer": wallet}))] * 2
    assert balances(held, "alice", "bob") == [8, 2]


def executed(world: World, call: Call, gas: int) -> Any:
    """What comes of a transaction with just so much gas; nothing is sent."""
    with world.chain._free_state("latest") as state:
        return world.chain._execute(call, world.address("admin"), state, gas)


# A wallet that counts down from 5,000, which costs 130,000 gas, and then says that it signed.
SLOW_WALLET = "6113885b6001900380600357631626ba7e60e01b5f5260205ff3"


def test_nothing_is_ever_skipped_for_want_of_gas(held: World) -> None:
    """Whatever a relayer offers: either both payments are settled, or the transaction fails and leaves no trace.

    A slow wallet's payment is the one to skip: as it runs out of gas, a 64th is left, enough to go on with the rest.
    """
    wallet = put_code(held, bytes.fromhex(SLOW_WALLET))
    held.do(held.coin.calls.transfer(wallet, held.coin.amount(1)), by="alice")
    slow = Item(payment(held, **{"from": wallet, "to": held.address("admin")}), b"")
    call = batch(held, [item(held, 1), slow], skips=True)
    outcomes = []
    for gas in range(100_000, 480_000, 8_000):
        computation = executed(held, call, gas)
        outcomes.append("failed" if computation.is_error else "settled")
        assert len(computation.get_log_entries()) == (0 if computation.is_error else 4), gas

    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {"failed", "settled"}


# A wallet that says it signed if it is given more gas than the first word of the signature.
GREEDY_WALLET = "6064355a11600957005b631626ba7e60e01b5f5260205ff3"


@pytest.mark.parametrize("more", [0, 12_000], ids=["short signature", "long signature"])
def test_a_payment_that_needs_all_its_gas_is_never_skipped_for_want_of_it(held: World, more: int) -> None:
    wallet = put_code(held, bytes.fromhex(GREEDY_WALLET))
    held.do(held.coin.calls.transfer(wallet, held.coin.amount(1)), by="alice")

    def logs(needed: int, gas: int) -> int | None:
        greedy = Item(payment(held, **{"from": wallet}), needed.to_bytes(32, "big") + bytes(more))
        computation = executed(held, batch(held, [greedy], skips=True), gas)
        return None if computation.is_error else len(computation.get_log_entries())

    most = bisect_left(range(GAS_PER_PAYMENT), 1, key=lambda needed: 2 - (logs(needed, 3_000_000) or 0)) - 1
    assert logs(most, 3_000_000) == 2

    outcomes = {gas: logs(most, gas) for gas in range(220_000, 320_000, 400)}

    assert {gas for gas, count in outcomes.items() if count == 1} == set()
    assert set(outcomes.values()) == {None, 2}


@pytest.mark.parametrize("gas", [120_000, 200_000, 230_000])
def test_reverts_as_a_whole_when_too_little_gas_is_left(held: World, gas: int) -> None:
    call = batch(held, [item(held, 1), item(held, 2)], skips=True)

    refused = refusal(executed(held, call, gas).error.args[0])

    assert isinstance(refused, InsufficientGas)
    assert refused.needed == GAS_PER_PAYMENT * 64 // 63 + 1_000
    assert refused.available < gas - 21_000


def test_a_later_payment_without_gas_undoes_the_earlier_ones(held: World) -> None:
    call = batch(held, [item(held, number) for number in range(4)], skips=True)
    enough = next(gas for gas in range(250_000, 600_000, 5_000) if not executed(held, call, gas).is_error)
    computation = executed(held, call, enough - 5_000)

    refused = refusal(computation.error.args[0])

    assert isinstance(refused, InsufficientGas)
    assert not computation.get_log_entries()


def test_estimated_gas_settles_all(held: World) -> None:
    items = [item(held, number, value=TOKEN // 2) for number in range(12)]

    events = held.do(batch(held, items, skips=True), by="admin")

    assert skipped(events) == []
    assert balances(held, "alice", "bob") == [4, 6]


@both_ways
@pytest.mark.parametrize("place", [0, 1], ids=["payer", "payee"])
def test_reverts_when_an_address_has_more_than_twenty_bytes(held: World, place: int, skips: bool) -> None:  # noqa: FBT001  # a parameter
    """The terms are hashed as they stand in the call data: even a signature over the longer word must not count."""
    one = item(held, 1)
    words = bytearray(encode([kind for _, kind in TYPES["TransferWithAuthorization"]], list(one.message.values())))
    clean = bytes(words)
    words[32 * place] = 1
    kind = "TransferWithAuthorization"
    fields = ",".join(f"{type_} {name}" for name, type_ in TYPES[kind])
    hashed = keccak(keccak(f"{kind}({fields})".encode()) + bytes(words))
    digest = keccak(b"\x19\x01" + answer_of(held, "DOMAIN_SEPARATOR") + hashed)
    signature = bytes(Account.unsafe_sign_hash(digest, key_of("alice")).signature)
    call = batch(held, [Item(one.message, signature)], skips=skips)
    bent = Call(call.to, call.data.replace(clean, bytes(words)))
    assert bent != call

    with reverts(UnknownRevert, revert_data=b""):
        held.do(bent, by="admin")

    assert not is_used(held, one.nonce)
