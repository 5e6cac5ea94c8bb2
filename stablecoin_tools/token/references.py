"""References: what is minted, burned or redeemed under one is done once, and memos are written alike."""

from __future__ import annotations

from typing import Final

from stablecoin_tools.errors import UsageError

__all__ = ["reference"]

_READABLE_BYTES: Final = 31
_WORD_BYTES: Final = 32


def reference(text: str) -> bytes:
    """The 32 bytes that stand for a reference on the chain.

    Text of up to 31 bytes of UTF-8 stays readable there, filled up with zeros; longer text is hashed (keccak-256). So
    no two short texts have the same reference, and no two texts at all that anybody could find.

    Args:
        text: An order's number, an invoice's; whatever is unique to its user. It is public where it is short.

    Returns:
        32 bytes.

    Raises:
        UsageError: If the text is empty, holds a zero byte, or cannot be written in UTF-8.
    """
    try:
        written = text.encode()
    except (UnicodeEncodeError, AttributeError):
        raise UsageError(f"Not a text: {text!r}.") from None
    if not written or b"\0" in written:
        raise UsageError(f"A reference is a text without zero bytes, and not empty: {text!r}.")
    if len(written) <= _READABLE_BYTES:
        return written.ljust(_WORD_BYTES, b"\0")
    from eth_hash.auto import keccak

    return keccak(written)
