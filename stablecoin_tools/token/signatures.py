"""What holders sign: permits and payments as frozen values, and the EIP-712 messages of them. Pure.

    payment = TransferAuthorization(
        sender=payer.address, to=shop, value=coin.amount(5), nonce=secrets.token_bytes(32), valid_before=in_an_hour
    )
    signature = payer.sign_typed_data(payment.message(coin.eip712_domain()))
    coin.send(coin.calls.transfer_with_authorization(payment, signature), signer=relayer)

Source: EIP-712, EIP-2612, EIP-3009.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import Amount
from stablecoin_tools.errors import InvalidAddress, InvalidAmount, UsageError
from stablecoin_tools.token.arguments import EPOCH, unix_seconds, word

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "CancelAuthorization",
    "PaymentAuthorization",
    "Permit",
    "ReceiveAuthorization",
    "SigningDomain",
    "TransferAuthorization",
]

Fields = tuple[tuple[str, str], ...]
"""The names and types of a struct's members, in their order."""

_DOMAIN: Fields = (("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"))
_PAYMENT: Fields = (
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
)


@dataclass(frozen=True, slots=True)
class SigningDomain:
    """Where a signature counts: for one coin on one chain.

    Attributes:
        name: The coin's name.
        version: Its version.
        chain_id: The chain.
        coin: The coin's address.
    """

    name: str
    version: str
    chain_id: int
    coin: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Lets a spender move an owner's coins (EIP-2612).

    Attributes:
        owner: Who signs.
        spender: Who may move the owner's balance.
        value: How much, in place of what was allowed before.
        nonce: The owner's next one: `coin.nonces(owner)`.
        deadline: The last moment at which it can be submitted.

    Raises:
        UsageError: If a party, an amount, a nonce or a moment is none.
    """

    owner: Address
    spender: Address
    value: Amount
    nonce: int
    deadline: datetime

    def __post_init__(self) -> None:
        _revert_if_no_party(self.owner, self.spender)
        _revert_if_no_amount(self.value)
        if isinstance(self.nonce, bool) or not isinstance(self.nonce, int) or self.nonce < 0:
            raise UsageError(f"A permit's nonce is a count, not {self.nonce!r}.", hint="coin.nonces(owner) says it.")
        unix_seconds(self.deadline)

    def message(self, domain: SigningDomain) -> dict[str, Any]:
        """What the owner signs, as wallets take it (eth_signTypedData_v4)."""
        members: Fields = (
            ("owner", "address"),
            ("spender", "address"),
            ("value", "uint256"),
            ("nonce", "uint256"),
            ("deadline", "uint256"),
        )
        values = (self.owner, self.spender, self.value.base_units, self.nonce, unix_seconds(self.deadline))
        return _message(domain, "Permit", members, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAuthorization:
    """A payment that its payer signs and somebody else submits (EIP-3009); one of the two kinds below.

    Attributes:
        sender: Who pays, and signs.
        to: Who is paid.
        value: How much.
        nonce: Any 32 bytes that the payer used in no other authorization: `secrets.token_bytes(32)`.
        valid_before: It can be submitted before this moment.
        valid_after: It can be submitted after this moment; from now on, if not given.

    Raises:
        UsageError: If a party, an amount, a nonce or a moment is none, or it is never valid.
    """

    TYPE: ClassVar[str] = ""

    sender: Address
    to: Address
    value: Amount
    nonce: bytes
    valid_before: datetime
    valid_after: datetime = EPOCH

    def __post_init__(self) -> None:
        _revert_if_no_party(self.sender, self.to)
        _revert_if_no_amount(self.value)
        word(self.nonce, "nonce")
        if unix_seconds(self.valid_before) - unix_seconds(self.valid_after) <= 1:
            raise UsageError(f"It is never valid: after {self.valid_after} and before {self.valid_before}.")

    def message(self, domain: SigningDomain) -> dict[str, Any]:
        """What the payer signs, as wallets take it (eth_signTypedData_v4)."""
        values = (
            self.sender,
            self.to,
            self.value.base_units,
            unix_seconds(self.valid_after),
            unix_seconds(self.valid_before),
            self.nonce,
        )
        return _message(domain, self.TYPE, _PAYMENT, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAuthorization(PaymentAuthorization):
    """A signed payment that anybody may submit."""

    TYPE: ClassVar[str] = "TransferWithAuthorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveAuthorization(PaymentAuthorization):
    """A signed payment that its payee alone may submit."""

    TYPE: ClassVar[str] = "ReceiveWithAuthorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAuthorization:
    """Uses up a nonce, so that no authorization of it can be submitted any more (EIP-3009).

    Attributes:
        authorizer: Who signs.
        nonce: The nonce of the authorization.

    Raises:
        UsageError: If the party or the nonce is none.
    """

    authorizer: Address
    nonce: bytes

    def __post_init__(self) -> None:
        _revert_if_no_party(self.authorizer)
        word(self.nonce, "nonce")

    def message(self, domain: SigningDomain) -> dict[str, Any]:
        """What the authorizer signs, as wallets take it (eth_signTypedData_v4)."""
        members: Fields = (("authorizer", "address"), ("nonce", "bytes32"))
        return _message(domain, "CancelAuthorization", members, (self.authorizer, self.nonce))


def _message(domain: SigningDomain, kind: str, members: Fields, values: tuple[Any, ...]) -> dict[str, Any]:
    """The message as JSON: numbers as decimal text, since JSON's own are not exact beyond 2**53."""
    return {
        "types": {"EIP712Domain": _typed(_DOMAIN), kind: _typed(members)},
        "primaryType": kind,
        "domain": {
            "name": domain.name,
            "version": domain.version,
            "chainId": domain.chain_id,
            "verifyingContract": str(domain.coin),
        },
        "message": {name: _written(value) for (name, _), value in zip(members, values, strict=True)},
    }


def _typed(members: Fields) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in members]


def _written(value: Address | bytes | int) -> str:
    return f"0x{value.hex()}" if isinstance(value, bytes) and not isinstance(value, Address) else str(value)


def _revert_if_no_party(*parties: Address) -> None:
    for party in parties:
        if not isinstance(party, Address) or party == ZERO_ADDRESS:
            raise InvalidAddress(f"Not an account: {party!r}.", hint="parse_address reads text.")


def _revert_if_no_amount(value: Amount) -> None:
    if not isinstance(value, Amount):
        raise InvalidAmount(f"Not an Amount: {value!r}.", hint='Make one: coin.amount("1,250.00").')
