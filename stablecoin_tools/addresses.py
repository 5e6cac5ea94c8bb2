"""Addresses: twenty bytes inside, checksummed text at the edge."""

from __future__ import annotations

import re
from typing import Final, Self

from stablecoin_tools.errors import InvalidAddress

__all__ = ["ZERO_ADDRESS", "Address", "parse_address"]

_HEX_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_LENGTH: Final = 20


class Address(bytes):
    """An account or contract: twenty bytes whose text form carries the EIP-55 checksum.

    Equal to other addresses only by their bytes, never to text.

    Raises:
        InvalidAddress: If the value is not twenty bytes long.
    """

    __slots__ = ()

    def __new__(cls, value: bytes) -> Self:
        """Makes an address of twenty bytes."""
        if len(value) != _LENGTH:
            raise InvalidAddress(f"An address has 20 bytes, not {len(value)}.")
        return super().__new__(cls, value)

    def __str__(self) -> str:
        return _checksummed(self.hex())

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)


ZERO_ADDRESS: Final = Address(bytes(_LENGTH))


def parse_address(text: str) -> Address:
    """Reads an address as people write it.

    Args:
        text: `0x` and 40 hex digits. Mixed case must match the EIP-55 checksum; all lower or all upper carries none.

    Returns:
        The address.

    Raises:
        InvalidAddress: If the text is no address, its checksum is wrong, or it is zero.

    Source: EIP-55.
    """
    if not isinstance(text, str) or not _HEX_ADDRESS.fullmatch(text):
        raise InvalidAddress(f"Not an address: {text!r}.", hint="Write 0x and 40 hex digits.")
    digits = text[2:]
    address = Address(bytes.fromhex(digits))
    if digits not in (digits.lower(), digits.upper()) and str(address) != text:
        raise InvalidAddress(
            f"Wrong checksum: {text}.", hint="One digit is mistyped: copy the address again from its source."
        )
    if address == ZERO_ADDRESS:
        raise InvalidAddress("The zero address is nobody's account.")
    return address


def _checksummed(digits: str) -> str:
    from eth_hash.auto import keccak

    nibbles = keccak(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if int(nibble, 16) >= 8 else digit  # noqa: PLR2004  # EIP-55's own figure
        for digit, nibble in zip(digits, nibbles, strict=False)
    )
