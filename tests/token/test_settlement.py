"""Leg, Trade: what two parties exchange, as values

when a trade is hashed: the contract's nonceOf; another one for another trade, contract or chain
when a party's authorization is asked for: its leg, to the contract, with the trade's times and nonce
    given a party that pays both legs: it names the leg
when both signed: anybody settles, and each is paid by the other
when any of it is changed after signing: refused, and nobody is paid
when a coin pays in less than the trade says: AmountDiffers
when a coin, party, amount, salt or moment is wrong: refused as it is built
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import MAX_BASE_UNITS, Amount, Denomination
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment import deploy
from stablecoin_tools.deployment.settlement import settlement_address, settlement_creation
from stablecoin_tools.errors import InvalidAddress, InvalidAmount, Moved, UsageError
from stablecoin_tools.reverts import AmountDiffers, AuthorizationUsedOrCanceled, InvalidSignature
from stablecoin_tools.token import Leg, ReceiveAuthorization, Stablecoin, Trade
from stablecoin_tools.token.arguments import EPOCH
from tests.contracts.words import create, mock
from tests.token.built import ALICE, BOB, COIN, EARLY, LATE, ONE, OTHER_WORD, SIGNATURE, TWO, USDX, WORD
from tests.token.signed import in_an_hour
from tests.world import reverts, spec_of

if TYPE_CHECKING:
    from stablecoin_tools.chain import Receipt
    from tests.world import World

ABI = load_artifact("PaymentVersusPayment").abi
CHAIN = 31337
SETTLEMENT = Address(b"\x07" * 20)
EUR_COIN = Address(b"\x08" * 20)
EURX = Denomination("EURX", 2)
FIRST = Leg(coin=COIN, party=ALICE, value=ONE)
SECOND = Leg(coin=EUR_COIN, party=BOB, value=EURX.amount(2))
TRADE = Trade(first=FIRST, second=SECOND, valid_after=EARLY, valid_before=LATE, salt=WORD)

accounts = st.binary(min_size=20, max_size=20).filter(any).map(Address)
legs = st.builds(
    Leg, coin=accounts, party=accounts, value=st.builds(Amount, st.integers(0, MAX_BASE_UNITS), st.just(USDX))
)
seconds = st.integers(0, 10**11)
trades = st.builds(
    lambda first, second, after, longer, salt: Trade(
        first=first,
        second=second,
        valid_after=EPOCH + timedelta(seconds=after),
        valid_before=EPOCH + timedelta(seconds=after + longer),
        salt=salt,
    ),
    legs,
    legs,
    seconds,
    st.integers(2, 10**11),
    st.binary(min_size=32, max_size=32),
)


@dataclass(frozen=True)
class Exchange:
    """Alice holds 10 dollars and bob 10 euros, where a contract settles."""

    world: World
    dollar: Stablecoin
    euro: Stablecoin

    def trade(self) -> Trade:
        """Alice pays 3 dollars, bob 2 euros."""
        alice, bob = self.world.address("alice"), self.world.address("bob")
        return Trade(
            first=Leg(coin=self.dollar.address, party=alice, value=self.dollar.amount(3)),
            second=Leg(coin=self.euro.address, party=bob, value=self.euro.amount(2)),
            valid_before=in_an_hour(self.world),
            salt=WORD,
        )

    def signatures(self, trade: Trade) -> tuple[bytes, bytes]:
        first, second = (
            self.world.signers[person].sign_typed_data(
                trade.authorization(self.world.address(person), CHAIN, settlement_address()).message(
                    coin.eip712_domain()
                )
            )
            for person, coin in (("alice", self.dollar), ("bob", self.euro))
        )
        return first, second

    def settle(self, trade: Trade, signatures: tuple[bytes, bytes]) -> Receipt:
        call = trade.settle(settlement_address(), *signatures)
        return self.world.transactions.send(call, signer=self.world.signers["minter"])

    def held(self, person: str) -> tuple[str, str]:
        who = self.world.address(person)
        return str(self.dollar.balance_of(who)), str(self.euro.balance_of(who))


@pytest.fixture
def exchange(world: World) -> Exchange:
    """Opened the public way, with a euro of two decimals."""
    spec = spec_of(world.signers, name="Test Euro", symbol="TEUR", currency="EUR", decimals=2)
    deployed = deploy(spec, world.chain, signer=world.signers["admin"], transactions=world.transactions)
    euro = Stablecoin(world.chain, deployed.address, transactions=world.transactions)
    world.transactions.send(settlement_creation(), signer=world.signers["admin"])
    world.give("alice", 10)
    replace(world, coin=euro).give("bob", 10)
    return Exchange(world, world.coin, euro)


def test_a_signed_trade_is_settled_by_anybody_once(exchange: Exchange) -> None:
    trade = exchange.trade()
    signatures = exchange.signatures(trade)

    receipt = exchange.settle(trade, signatures)

    assert (exchange.held("alice"), exchange.held("bob")) == (
        ("7.00 TUSD", "2.00 TEUR"),
        ("3.00 TUSD", "8.00 TEUR"),
    )
    assert exchange.dollar.total_supply() == exchange.dollar.amount(10)
    assert exchange.euro.total_supply() == exchange.euro.amount(10)
    nonce = trade.nonce(CHAIN, settlement_address())
    [settled] = [log for log in receipt.logs if log.address == settlement_address()]
    decoded = ABI.decode_event(settled.topics, settled.data)
    assert decoded is not None
    assert (decoded.entry.name, decoded.fields["nonce"]) == ("Settled", nonce)
    with reverts(AuthorizationUsedOrCanceled, authorizer=trade.first.party, nonce=nonce):
        exchange.settle(trade, signatures)


CHANGES: dict[str, Any] = {
    "first": lambda trade: replace(trade.first, value=trade.first.value + trade.first.value),
    "second": lambda trade: replace(trade.second, value=replace(trade.second.value, base_units=1)),
    "valid_before": lambda trade: trade.valid_before + timedelta(seconds=1),
    "valid_after": lambda _: EARLY,
    "salt": lambda _: OTHER_WORD,
}


def test_what_is_changed_after_signing_is_refused(exchange: Exchange) -> None:
    trade = exchange.trade()
    signatures = exchange.signatures(trade)
    assert set(CHANGES) == {field.name for field in fields(Trade)}

    for name, changed in CHANGES.items():
        with reverts(InvalidSignature, signer=trade.first.party):
            exchange.settle(replace(trade, **{name: changed(trade)}), signatures)
    with reverts(InvalidSignature, signer=trade.first.party):
        exchange.settle(trade, (signatures[1], signatures[0]))

    assert (exchange.held("alice"), exchange.held("bob")) == (("10.00 TUSD", "0.00 TEUR"), ("0.00 TUSD", "10.00 TEUR"))


def test_a_coin_that_pays_in_less_is_refused_by_the_contract_s_own_error(world: World) -> None:
    world.transactions.send(settlement_creation(), signer=world.signers["admin"])
    alice, bob = world.address("alice"), world.address("bob")
    odd = create(world, mock("FeeCoin"), alice, 99, 100)  # asks for no signature, and pays 99 of 100
    first = Leg(coin=odd, party=alice, value=Amount(200, EURX))
    trade = replace(TRADE, first=first, second=replace(SECOND, party=bob))

    with reverts(AmountDiffers, coin=odd, received=198, needed=200):
        world.send(trade.settle(settlement_address(), SIGNATURE, SIGNATURE), by="minter")


def test_the_contract_s_own_error_is_never_shown_in_another_coin_s_tokens() -> None:
    refused = AmountDiffers(COIN, 1_980_000, 2_000_000)
    refused.denomination = USDX

    assert str(refused) == f"AmountDiffers: coin {COIN}, received 1980000, needed 2000000."


def test_the_nonce_is_the_contract_s(local: World) -> None:
    local.transactions.send(settlement_creation(), signer=local.signers["admin"])
    settlement = settlement_address()

    @settings(max_examples=40)
    @given(trades)
    def is_the_same(trade: Trade) -> None:
        settling = trade.settle(settlement, b"", b"").data
        asked = Call(settlement, keccak(text=next(iter(_signatures("nonceOf"))))[:4] + settling[4 : 4 + 9 * 32])
        assert local.chain.call(asked) == trade.nonce(CHAIN, settlement)

    is_the_same()


def _signatures(name: str) -> list[str]:
    return [signature for signature, entry in ABI.functions.items() if entry.name == name]


@given(trades, st.integers(0, 2**256 - 1), accounts)
def test_the_nonce_is_the_hash_of_eleven_words(trade: Trade, chain_id: int, settlement: Address) -> None:
    words: list[int | bytes] = [chain_id, settlement]
    for leg in (trade.first, trade.second):
        words += [leg.coin, leg.party, leg.value.base_units]
    words += [(time - EPOCH) // timedelta(seconds=1) for time in (trade.valid_after, trade.valid_before)]
    packed = b"".join(word.to_bytes(32) if isinstance(word, int) else word.rjust(32, b"\0") for word in words)

    assert trade.nonce(chain_id, settlement) == keccak(packed + trade.salt)
    assert trade.nonce(chain_id, str(settlement)) == trade.nonce(chain_id, settlement)


def test_the_nonce_differs_for_another_trade_contract_or_chain() -> None:
    others = [
        replace(TRADE, first=SECOND, second=FIRST),
        replace(TRADE, valid_after=EPOCH),
        replace(TRADE, valid_before=LATE + timedelta(seconds=1)),
        replace(TRADE, salt=OTHER_WORD),
        replace(TRADE, first=replace(FIRST, coin=SETTLEMENT)),
        replace(TRADE, first=replace(FIRST, party=SETTLEMENT)),
        replace(TRADE, second=replace(SECOND, value=EURX.amount(1))),
    ]

    nonces = {trade.nonce(CHAIN, SETTLEMENT) for trade in (TRADE, *others)}

    assert len(nonces | {TRADE.nonce(1, SETTLEMENT), TRADE.nonce(CHAIN, COIN)}) == len(others) + 3


@pytest.mark.parametrize(
    ("payer", "leg"), [(ALICE, FIRST), (FIRST, FIRST), (str(BOB), SECOND), (SECOND, SECOND)], ids=str
)
def test_a_party_authorizes_its_leg(payer: Any, leg: Leg) -> None:
    assert TRADE.authorization(payer, CHAIN, SETTLEMENT) == ReceiveAuthorization(
        sender=leg.party,
        to=SETTLEMENT,
        value=leg.value,
        nonce=TRADE.nonce(CHAIN, SETTLEMENT),
        valid_after=EARLY,
        valid_before=LATE,
    )


def test_a_party_that_pays_both_legs_names_the_leg() -> None:
    both = replace(TRADE, second=replace(SECOND, party=ALICE))

    with pytest.raises(UsageError, match="2 legs") as refused:
        both.authorization(ALICE, CHAIN, SETTLEMENT)

    assert "trade.first" in refused.value.hint
    assert both.authorization(both.second, CHAIN, SETTLEMENT).value == SECOND.value
    assert replace(TRADE, second=FIRST).authorization(ALICE, CHAIN, SETTLEMENT).value == ONE


@pytest.mark.parametrize("payer", [COIN, replace(FIRST, value=TWO)], ids=repr)
def test_nobody_else_authorizes(payer: Any) -> None:
    with pytest.raises(UsageError, match="0 legs"):
        TRADE.authorization(payer, CHAIN, SETTLEMENT)


def test_a_settlement_says_what_it_does_and_of_whom() -> None:
    call = TRADE.settle(str(SETTLEMENT), SIGNATURE, b"\x04")

    [settle] = _signatures("settle")
    assert (call.to, call.data[:4], call.value_wei) == (SETTLEMENT, keccak(text=settle)[:4], 0)
    assert call.description == f"settle 1.00 USDX of {ALICE} for 2.00 EURX of {BOB}"


NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001  # that it is refused is the point
BEFORE_1970 = datetime(1969, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("built", "change"),
    [
        *((FIRST, {name: account}) for name in ("coin", "party") for account in (ZERO_ADDRESS, str(BOB), bytes(BOB))),
        *((FIRST, {name: None}) for name in ("coin", "party")),
        *((FIRST, {"value": value}) for value in (1, 1.0, "1.00 USDX", None, Amount(1, None))),  # type: ignore[arg-type]  # what people may pass
        *((TRADE, {name: leg}) for name in ("first", "second") for leg in (None, (COIN, ALICE, ONE))),
        *((TRADE, {"salt": salt}) for salt in (7, WORD[1:], WORD + b"\0", "0x" + WORD.hex(), None)),
        *(
            (TRADE, {name: time})
            for name in ("valid_after", "valid_before")
            for time in (NAIVE, BEFORE_1970, 2_000_000_000, None)
        ),
        (TRADE, {"valid_after": LATE}),
        (TRADE, {"valid_after": LATE - timedelta(seconds=1)}),
        (TRADE, {"valid_before": EARLY}),
    ],
    ids=repr,
)
def test_what_is_wrong_is_refused_as_it_is_built(built: Any, change: dict[str, Any]) -> None:
    (field,) = change

    with pytest.raises(UsageError) as refused:
        replace(built, **change)

    assert refused.value.moved is Moved.NO
    assert isinstance(refused.value, InvalidAddress) == (field in ("coin", "party"))
    assert isinstance(refused.value, InvalidAmount) == (field == "value")


def test_one_coin_is_not_counted_in_two_ways() -> None:
    with pytest.raises(InvalidAmount, match="cannot both be amounts"):
        replace(TRADE, second=replace(SECOND, coin=COIN))

    assert replace(TRADE, second=replace(FIRST, party=BOB)).second.coin == COIN


@pytest.mark.parametrize("chain_id", [-1, 2**256, 1.0, True, None, "1"])
def test_no_nonce_for_what_is_no_chain(chain_id: Any) -> None:
    with pytest.raises(UsageError):
        TRADE.nonce(chain_id, SETTLEMENT)


@pytest.mark.parametrize("settlement", [ZERO_ADDRESS, "0x12", None])
def test_nothing_is_signed_for_or_sent_to_no_contract(settlement: Any) -> None:
    for ask in (
        lambda: TRADE.nonce(CHAIN, settlement),
        lambda: TRADE.authorization(ALICE, CHAIN, settlement),
        lambda: TRADE.settle(settlement, SIGNATURE, SIGNATURE),
    ):
        with pytest.raises(InvalidAddress):
            ask()


@pytest.mark.parametrize("signature", ["0x" + SIGNATURE.hex(), None, 7])
def test_no_signature_is_no_bytes(signature: Any) -> None:
    for signatures in ((signature, SIGNATURE), (SIGNATURE, signature)):
        with pytest.raises(UsageError):
            TRADE.settle(SETTLEMENT, *signatures)
