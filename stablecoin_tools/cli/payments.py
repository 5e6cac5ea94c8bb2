"""Signed payments as JSON: what a payer hands to a payee or relayer, and what those submit.

    {
      "type": "TransferWithAuthorization",
      "chainId": 31337,
      "coin": "0x...",
      "authorization": {"from", "to", "value", "validAfter", "validBefore", "nonce"},
      "signature": "0x..."
    }

Source: EIP-3009, whose own words these are. Numbers may be decimal text; values are base units, times are Unix time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import parse_address
from stablecoin_tools.cli.reading import read_word
from stablecoin_tools.errors import UsageError
from stablecoin_tools.json_texts import TooDeep, read_json
from stablecoin_tools.token import ReceiveAuthorization, TransferAuthorization

if TYPE_CHECKING:
    from stablecoin_tools.amounts import Denomination
    from stablecoin_tools.token import SigningDomain

__all__ = ["SignedPayment", "read_payments", "write_payment"]

SignedPayment = tuple[TransferAuthorization | ReceiveAuthorization, bytes]
"""What was signed, and the signature."""

_KINDS: Final[dict[str, type[TransferAuthorization | ReceiveAuthorization]]] = {
    kind.TYPE: kind for kind in (TransferAuthorization, ReceiveAuthorization)
}
_NUMERAL: Final = re.compile(r"[0-9]{1,78}", re.ASCII)
_BYTES: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*", re.ASCII)
_MAX_SECONDS: Final = 253_402_300_799  # the end of the year 9999, beyond which Python has no dates
_SHOWN: Final = 80


def write_payment(payment: SignedPayment, domain: SigningDomain) -> dict[str, Any]:
    """A signed payment as JSON has it."""
    authorization, signature = payment
    message = authorization.message(domain)
    return {
        "type": authorization.TYPE,
        "chainId": domain.chain_id,
        "coin": str(domain.coin),
        "authorization": message["message"],
        "signature": "0x" + signature.hex(),
    }


def read_payments(text: str, denomination: Denomination, domain: SigningDomain) -> SignedPayment | list[SignedPayment]:
    """Reads one signed payment, or a list of them.

    Args:
        text: JSON, as `write_payment` makes it.
        denomination: What values are counted in.
        domain: The coin and chain that the payments must be for.

    Raises:
        UsageError: If it is anything else. It names the payment of a list.
    """
    try:
        written = read_json(text)
    except TooDeep as error:
        raise UsageError("Not JSON of payments: it is nested too deeply.") from error
    except ValueError as error:
        raise UsageError(f"Not JSON: {type(error).__name__}.") from error
    if not isinstance(written, list):
        return _payment(written, denomination, domain)
    payments = []
    for place, item in enumerate(written, start=1):
        try:
            payments.append(_payment(item, denomination, domain))
        except UsageError as error:
            raise type(error)(f"Payment {place}: {error}", hint=error.hint) from error
    return payments


def _payment(written: Any, denomination: Denomination, domain: SigningDomain) -> SignedPayment:
    kind = _KINDS.get(_text(written, "type"))
    if kind is None:
        raise UsageError(
            f"Not a type of payment: {_text(written, 'type')[:_SHOWN]!r}.", hint=f"One of {', '.join(_KINDS)}."
        )
    coin = parse_address(_text(written, "coin"))
    if (coin, _number(written, "chainId")) != (domain.coin, domain.chain_id):
        raise UsageError(
            f"It is for the coin at {coin} on chain {written['chainId']}.", hint="Signatures count there only."
        )
    terms = _member(written, "authorization")
    authorization = kind(
        sender=parse_address(_text(terms, "from")),
        to=parse_address(_text(terms, "to")),
        value=denomination.from_base_units(_number(terms, "value")),
        nonce=read_word(_text(terms, "nonce"), "nonce"),
        valid_after=_moment(terms, "validAfter"),
        valid_before=_moment(terms, "validBefore"),
    )
    signature = _text(written, "signature")
    if not _BYTES.fullmatch(signature):
        raise UsageError("The signature is no hex.", hint="Write 0x and an even number of hex digits.")
    return authorization, bytes.fromhex(signature[2:])


def _member(written: Any, name: str) -> Any:
    if not isinstance(written, dict) or name not in written:
        raise UsageError(f"Not a signed payment: it has no {name}.", hint="`stablecoin authorize` makes one.")
    return written[name]


def _text(written: Any, name: str) -> str:
    value = _member(written, name)
    if not isinstance(value, str):
        raise UsageError(f"{name} is no text.")
    return value


def _number(written: Any, name: str) -> int:
    value = _member(written, name)
    if isinstance(value, str) and _NUMERAL.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UsageError(f"{name} is no whole number.")
    return value


def _moment(written: Any, name: str) -> datetime:
    seconds = _number(written, name)
    if seconds > _MAX_SECONDS:
        raise UsageError(f"{name} lies beyond the year 9999.", hint="Write Unix time, in seconds.")
    return datetime.fromtimestamp(seconds, UTC)
