"""The words of trades: two coins, a contract that settles, and two parties who sign."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from eth_abi.abi import encode
from eth_hash.auto import keccak

from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment import deploy
from stablecoin_tools.token import Stablecoin
from tests.contracts.signing import FOREVER, TOKEN, domain_of, key_of, sign
from tests.contracts.words import create, facts_of, refusal_of
from tests.world import World, same_world, spec_of

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Receipt
    from tests.contracts.signing import Message

SETTLEMENT = load_artifact("PaymentVersusPayment")
TRADE = "((address,address,uint256),(address,address,uint256),uint256,uint256,bytes32)"


@dataclass(frozen=True)
class Leg:
    """What one party pays."""

    coin: Address
    party: Address
    value: int


@dataclass(frozen=True)
class Trade:
    """Both legs, and when."""

    first: Leg
    second: Leg
    valid_after: int = 0
    valid_before: int = FOREVER
    salt: bytes = field(default=bytes(32))

    @property
    def values(self) -> tuple[Any, ...]:
        first, second = self.first, self.second
        return (
            (first.coin, first.party, first.value),
            (second.coin, second.party, second.value),
            self.valid_after,
            self.valid_before,
            self.salt,
        )

    def nonce(self, settlement: Address, *, chain_id: int = 31337) -> bytes:
        """What both parties sign as the nonce, worked out without the contract."""
        return keccak(encode(["uint256", "address", TRADE], [chain_id, settlement, self.values]))

    def with_leg(self, place: str, **changes: Any) -> Self:
        return replace(self, **{place: replace(getattr(self, place), **changes)})


@dataclass(frozen=True)
class Market:
    """Dollars, euros and the contract that settles. Alice holds 10 dollars, bob 10 euros."""

    dollar: World
    euro: World
    settlement: Address

    def with_fresh_journal(self) -> Market:
        """The same market, as another process would open it."""
        dollar = same_world(self.dollar)
        euro = Stablecoin(dollar.chain, self.euro.coin.address, transactions=dollar.transactions)
        return replace(self, dollar=dollar, euro=replace(dollar, coin=euro))

    def trade(self, **changes: Any) -> Trade:
        """Alice pays 3 dollars, bob pays 2 euros."""
        alice, bob = self.dollar.address("alice"), self.dollar.address("bob")
        first = Leg(self.dollar.coin.address, alice, 3 * TOKEN)
        second = Leg(self.euro.coin.address, bob, 2 * TOKEN)
        return Trade(**{"first": first, "second": second, **changes})

    def payment(self, trade: Trade, leg: Leg, *, settlement: Address | None = None) -> Message:
        """What a party signs for its leg."""
        to = settlement or self.settlement
        return {
            "from": leg.party,
            "to": to,
            "value": leg.value,
            "validAfter": trade.valid_after,
            "validBefore": trade.valid_before,
            "nonce": trade.nonce(to),
        }

    def domain(self, coin: Address) -> Message:
        if coin == self.euro.coin.address:
            return domain_of(self.euro, name="Test Euro")
        return domain_of(self.dollar, verifyingContract=str(coin))

    def signed(self, trade: Trade, leg: Leg, *, by: str) -> bytes:
        message = self.payment(trade, leg)
        return sign(self.domain(leg.coin), "ReceiveWithAuthorization", message, key=key_of(by))

    def signatures(self, trade: Trade, *, first: str = "alice", second: str = "bob") -> tuple[bytes, bytes]:
        return self.signed(trade, trade.first, by=first), self.signed(trade, trade.second, by=second)

    def settling(self, trade: Trade, signatures: tuple[bytes, bytes] | None = None) -> Call:
        """The call that settles, with both parties' own signatures unless others are given."""
        handed_in = signatures or self.signatures(trade)
        return Call(self.settlement, SETTLEMENT.abi.encode_call("settle", trade.values, *handed_in))

    def settle(self, trade: Trade, signatures: tuple[bytes, bytes] | None = None, *, by: str = "admin") -> Receipt:
        return self.dollar.send(self.settling(trade, signatures), by=by)

    def refusal(
        self, trade: Trade, signatures: tuple[bytes, bytes] | None = None, *, by: str = "admin"
    ) -> tuple[str, dict[str, Any]] | None:
        """Why the trade would be refused now, in the words of a coin or of the contract."""
        return facts_of(refusal_of(self.dollar, self.settling(trade, signatures), by=by))

    def held(self, who: Address) -> tuple[int, int]:
        """Somebody's dollars and euros, in whole tokens."""
        dollars, euros = self.dollar.coin.balance_of(who), self.euro.coin.balance_of(who)
        return dollars.base_units // TOKEN, euros.base_units // TOKEN

    def is_untouched(self) -> bool:
        """Whether everybody holds what they held at the start."""
        people = {person: self.held(self.dollar.address(person)) for person in ("alice", "bob", "admin")}
        return people == {"alice": (10, 0), "bob": (0, 10), "admin": (0, 0)} and self.held(self.settlement) == (0, 0)


def new_market(dollar: World) -> Market:
    """Opens it: another coin of the same people, and a contract that settles."""
    spec = spec_of(dollar.signers, name="Test Euro", symbol="TEUR", currency="EUR")
    deployed = deploy(spec, dollar.chain, signer=dollar.signers["admin"], transactions=dollar.transactions)
    coin = Stablecoin(dollar.chain, deployed.address, transactions=dollar.transactions)
    euro = replace(dollar, coin=coin)
    dollar.give("alice", 10)
    euro.give("bob", 10)
    return Market(dollar, euro, create(dollar, SETTLEMENT))
