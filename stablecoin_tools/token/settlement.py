"""Payment versus payment: two parties exchange two coins in one transaction, or not at all. Pure.

    trade = Trade(
        first=Leg(coin=dollar.address, party=alice.address, value=dollar.amount(3)),
        second=Leg(coin=euro.address, party=bob.address, value=euro.amount(2)),
        valid_before=in_an_hour,
        salt=secrets.token_bytes(32),
    )
    payment = trade.authorization(alice.address, chain_id, settlement)
    first = alice.sign_typed_data(payment.message(dollar.eip712_domain()))
    ...  # bob signs his in the same way, of the euro
    transactions.send(trade.settle(settlement, first, second), signer=anybody)

Where the settlement contract is, `stablecoin_tools.deployment.settlement` says. A party that signed withdraws by a
CancelAuthorization of the trade's nonce at its coin.

Source: `contracts/interfaces/IPaymentVersusPayment.sol`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.amounts import Amount, Denomination
from stablecoin_tools.artifacts import load_artifact
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import InvalidAddress, InvalidAmount, UsageError
from stablecoin_tools.token.arguments import EPOCH, account, unix_seconds, word
from stablecoin_tools.token.signatures import ReceiveAuthorization

if TYPE_CHECKING:
    from datetime import datetime

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.artifacts import Abi

__all__ = ["Leg", "Trade"]

_WORD_BITS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One side of a trade.

    Attributes:
        coin: The coin that is paid; any with EIP-3009, not only ours.
        party: Who pays it, and receives the other side's.
        value: How much.

    Raises:
        UsageError: If the coin or the party is no account, or the value no amount.
    """

    coin: Address
    party: Address
    value: Amount

    def __post_init__(self) -> None:
        for each in (self.coin, self.party):
            if account(each) != each:
                raise InvalidAddress(f"Not an Address: {each!r}.", hint="parse_address reads text.")
        if not isinstance(self.value, Amount) or not isinstance(self.value.denomination, Denomination):
            raise InvalidAmount(f"Not an Amount: {self.value!r}.", hint='Make one: coin.amount("1,250.00").')


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """Two payments, of which neither happens without the other.

    Attributes:
        first: What one party pays.
        second: What the other party pays.
        valid_before: It can be settled before this moment.
        salt: Any 32 bytes, to tell it from trades that are alike in all else: `secrets.token_bytes(32)`.
        valid_after: It can be settled after this moment; from now on, if not given.

    Raises:
        UsageError: If a leg, a moment or the salt is none, if it is never valid, or if one coin is counted in two ways.
    """

    first: Leg
    second: Leg
    valid_before: datetime
    salt: bytes
    valid_after: datetime = EPOCH

    def __post_init__(self) -> None:
        for leg in (self.first, self.second):
            if not isinstance(leg, Leg):
                raise UsageError(f"Not a Leg: {leg!r}.")
        self._revert_if_one_coin_is_counted_in_two_ways()
        word(self.salt, "salt")
        if unix_seconds(self.valid_before) - unix_seconds(self.valid_after) <= 1:
            raise UsageError(f"It is never valid: after {self.valid_after} and before {self.valid_before}.")

    def nonce(self, chain_id: int, settlement: Address | str) -> bytes:
        """What both parties sign as their nonce: the hash of the whole trade, for one contract on one chain.

        Args:
            chain_id: The chain that it is settled on.
            settlement: The contract that settles it.

        Returns:
            32 bytes.

        Raises:
            UsageError: If the chain's id is no number of 256 bits, or the contract no account.
        """
        from eth_abi.abi import encode
        from eth_hash.auto import keccak

        if isinstance(chain_id, bool) or not isinstance(chain_id, int) or not 0 <= chain_id < 2**_WORD_BITS:
            raise UsageError(f"Not the id of a chain: {chain_id!r}.", hint="chain.network.chain_id says it.")
        (trade,) = _abi().function("nonceOf").types
        return keccak(encode(["uint256", "address", trade], [chain_id, account(settlement), self._words()]))

    def authorization(
        self, payer: Leg | Address | str, chain_id: int, settlement: Address | str
    ) -> ReceiveAuthorization:
        """What a party signs, over the domain of the coin that it pays.

        Args:
            payer: The party; or its leg, which is to be named if one party pays both.
            chain_id: The chain that the trade is settled on.
            settlement: The contract that settles it.

        Raises:
            UsageError: If that is no party or leg of the trade, or a party that pays both.
        """
        leg, payee = self._leg_of(payer), account(settlement)
        return ReceiveAuthorization(
            sender=leg.party,
            to=payee,
            value=leg.value,
            nonce=self.nonce(chain_id, payee),
            valid_before=self.valid_before,
            valid_after=self.valid_after,
        )

    def settle(self, settlement: Address | str, first_signature: bytes, second_signature: bytes) -> Call:
        """Settles both legs. Anybody may.

        Args:
            settlement: The contract that the signatures are for.
            first_signature: The first leg's: 65 bytes of a key, or whatever the party's contract wants.
            second_signature: The second leg's.

        Raises:
            UsageError: If the contract is no account, or a signature is no bytes.
        """
        first, second = self.first, self.second
        return Call(
            account(settlement),
            _abi().encode_call("settle", self._words(), first_signature, second_signature),
            description=f"settle {first.value} of {first.party} for {second.value} of {second.party}",
        )

    def _leg_of(self, payer: Leg | Address | str) -> Leg:
        party = None if isinstance(payer, Leg) else account(payer)
        found = {leg for leg in (self.first, self.second) if payer == leg or leg.party == party}
        if len(found) != 1:
            raise UsageError(
                f"{party or payer} pays {len(found)} legs of this trade.",
                hint="Name the leg itself: trade.first or trade.second." if found else "",
            )
        return found.pop()

    def _revert_if_one_coin_is_counted_in_two_ways(self) -> None:
        first, second = self.first, self.second
        if first.coin == second.coin and first.value.denomination != second.value.denomination:
            raise InvalidAmount(f"{first.value} and {second.value} cannot both be amounts of {first.coin}.")

    def _words(self) -> tuple[Any, ...]:
        """The trade as the contract knows it."""
        first, second = ((leg.coin, leg.party, leg.value.base_units) for leg in (self.first, self.second))
        return first, second, unix_seconds(self.valid_after), unix_seconds(self.valid_before), self.salt


def _abi() -> Abi:
    return load_artifact("PaymentVersusPayment").abi
