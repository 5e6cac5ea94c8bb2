"""References: what is minted, burned or redeemed under one is done once, and memos are written alike."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.errors import UsageError

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call

__all__ = ["reference", "under_reference"]

_WRITTEN_WORD: Final = re.compile(r"0x[0-9a-fA-F]{64}", re.ASCII)
# Functions that have a twin which takes a reference after all their own arguments, all of which are single words.
_TWINS: Final = {"mint(address,uint256)": "mint(address,uint256,bytes32)", "burn(uint256)": "burn(uint256,bytes32)"}

# Functions that do something once for the reference that they take, and which of their words it is.
_REFERENCED: Final = {"mint(address,uint256,bytes32)": 2, "burn(uint256,bytes32)": 1, "redeem(uint256,bytes32)": 1}

_READABLE_BYTES: Final = 31
_WORD_BYTES: Final = 32


def reference(text: str) -> bytes:
    """The 32 bytes that stand for a reference on the chain.

    Text of up to 31 bytes of UTF-8 stays readable there, filled up with zeros; longer text is hashed (keccak-256). So
    no two short texts have the same reference, and no two texts at all that anybody could find. 0x and 64 hex digits
    are the bytes themselves.

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
    if _WRITTEN_WORD.fullmatch(text):
        return bytes.fromhex(text[2:])
    if len(written) <= _READABLE_BYTES:
        return written.ljust(_WORD_BYTES, b"\0")
    from eth_hash.auto import keccak

    return keccak(written)


def under_reference(call: Call, text: str) -> Call:
    """The same call with the reference on the chain too, where the contract takes one there; otherwise the call itself.

    So `mint` and `burn` are done once for a reference even if every journal is lost. A mint, burn or redemption that
    was built with a reference must have been built with this one. A batch has a reference for each of its mints, and a
    seizure the order that it obeys; there this one stands for the whole, in the journal alone.

    Raises:
        UsageError: If the call was built with another reference, or the text is none.
    """
    abi = coin_abi()
    carried = _carried(call)
    if carried is not None and carried != reference(text):
        raise UsageError(
            f"To be sent under {text!r}, but built under 0x{carried.hex()}: {call.description or 'a call'}.",
            hint="Give both the same reference, or send it without: reference(text) makes the bytes of a text.",
        )
    for plain, referenced in _TWINS.items():
        selector = abi.selector(plain)
        if call.data[: len(selector)] == selector:
            word = reference(text)
            words = f"{call.description} under 0x{word.hex()}"
            return replace(call, data=abi.selector(referenced) + call.data[len(selector) :] + word, description=words)
    return call


def _carried(call: Call) -> bytes | None:
    """The reference that a call is done once for on the chain, if it has one."""
    abi = coin_abi()
    for function, position in _REFERENCED.items():
        selector = abi.selector(function)
        if call.data[: len(selector)] == selector:
            start = len(selector) + _WORD_BYTES * position
            return call.data[start : start + _WORD_BYTES]
    return None
