"""What goes into calls and signatures, checked as it is given: parties, words of 32 bytes, moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.errors import UsageError

__all__ = ["EPOCH", "account", "moment", "unix_seconds", "word"]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The beginning of Unix time: earlier than anything on a chain."""

_WORD_BYTES: Final = 32
_SECOND: Final = timedelta(seconds=1)


def account(party: Address | str) -> Address:
    """A party of a call: an address, or text that is read as one; never zero.

    Raises:
        InvalidAddress: If the text is no address, or the address is zero.
    """
    return parse_address(str(party)) if isinstance(party, Address) else parse_address(party)


def word(value: bytes, name: str) -> bytes:
    """A reference, a memo or a nonce: exactly 32 bytes, never filled up in silence.

    Args:
        value: The bytes.
        name: What they are, for the error.

    Raises:
        UsageError: If they are not 32 bytes.
    """
    if not isinstance(value, bytes) or len(value) != _WORD_BYTES:
        raise UsageError(
            f"A {name} is {_WORD_BYTES} bytes, not {value!r}.",
            hint='Make one of text: reference("order-42"); or a random one: secrets.token_bytes(32).',
        )
    return bytes(value)


def moment(seconds: int) -> datetime:
    """Unix time, as a chain keeps it."""
    return datetime.fromtimestamp(seconds, UTC)


def unix_seconds(time: datetime) -> int:
    """A moment as a chain keeps it, in seconds since 1970; a fraction of a second is cut off.

    Raises:
        UsageError: If it says no time zone, or lies before 1970.
    """
    if not isinstance(time, datetime) or time.utcoffset() is None:
        raise UsageError(
            f"Not a moment: {time!r}.",
            hint="Give a datetime with its time zone: datetime.now(UTC) + timedelta(hours=1).",
        )
    if time < EPOCH:
        raise UsageError(f"Chains know no time before 1970: {time}.")
    return (time - EPOCH) // _SECOND
