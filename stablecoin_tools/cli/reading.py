"""What commands read as people write it: references, words of hex, refills, files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from stablecoin_tools.amounts import Amount, Denomination
    from stablecoin_tools.token import Limit

__all__ = ["limit_facts", "read_file", "read_reference", "read_refill", "read_word", "readable", "text_of_reference"]

_HEX: Final = re.compile(r"0x[0-9a-fA-F]*", re.ASCII)
_WORD: Final = re.compile(r"(?:0x)?[0-9a-fA-F]{64}", re.ASCII)
_UNDER: Final = re.compile(r"\bunder 0x([0-9a-f]{64})\b", re.ASCII)
_DAY_SECONDS: Final = 24 * 3600
_SHOWN: Final = 80


def read_reference(text: str) -> bytes:
    """The 32 bytes of a reference, a memo or an order: of a text, or the bytes themselves as 0x and 64 hex digits.

    Raises:
        UsageError: If it is empty, holds a zero byte, or is hex of another length.
    """
    if _HEX.fullmatch(text):
        return read_word(text, "reference")
    from stablecoin_tools.token import reference

    return reference(text)


def read_word(text: str, name: str) -> bytes:
    """Exactly 32 bytes, written as 64 hex digits.

    Args:
        text: What was written.
        name: What it is, for the error.

    Raises:
        UsageError: If it is anything else.
    """
    if not _WORD.fullmatch(text):
        raise UsageError(f"Not a {name} of 32 bytes: {text[:_SHOWN]!r}.", hint="Write 0x and 64 hex digits.")
    return bytes.fromhex(text.removeprefix("0x"))


def text_of_reference(ref: bytes) -> str:
    """A reference as it was written, where it can be known; otherwise as 0x-hex."""
    written = ref.rstrip(b"\0")
    try:
        text = written.decode()
    except UnicodeDecodeError:
        text = ""
    return text if text.isprintable() and text and b"\0" not in written else "0x" + ref.hex()


def readable(words: str) -> str:
    """What describes a call, with its reference as it was written, where that can be known."""
    return _UNDER.sub(lambda found: f"under {text_of_reference(bytes.fromhex(found[1]))}", words)


def read_refill(denomination: Denomination, per_day: str) -> Amount:
    """What comes back each second, of what is to come back each day; the rest of the division is cut off.

    Raises:
        UsageError: If it is no amount, or so little that nothing would come back each second.
    """
    a_day = denomination.parse(per_day)
    a_second = denomination.from_base_units(a_day.base_units // _DAY_SECONDS)
    if a_day and not a_second:
        raise UsageError(f"{a_day} a day is less than one base unit each second: nothing would come back.")
    return a_second


def limit_facts(limit: Limit) -> dict[str, Any]:
    """A limit as its three figures."""
    return {
        "capacity": limit.capacity,
        "refill_per_second": limit.refill_per_second,
        "available": limit.available,
    }


def read_file(path: str) -> str:
    """The text of a file, or of standard input for `-`.

    Raises:
        UsageError: If it cannot be read, or is no text.
    """
    import click

    try:
        with click.open_file(path, encoding="utf-8-sig") as file:
            return str(file.read())
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {type(error).__name__}.") from error
