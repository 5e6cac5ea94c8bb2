"""Code as it stands on a chain against code as it was compiled, byte by byte: where it differs, and in what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.artifacts import Artifact

__all__ = [
    "CodeDifference",
    "Identity",
    "compare_code",
    "expected_code",
    "identity_in",
    "immutables_of_coin",
    "immutables_of_implementation",
]

_METADATA: Final = "metadata"
_SHOWN_BYTES: Final = 8
_SHOWN_PLACES: Final = 8
_LENGTH_BYTES: Final = 2
_WORD_BYTES: Final = 32
_MAX_TEXT_BYTES: Final = 31
# Source: EIP-712, and `contracts/holding/Identifying.sol`, which names the version.
_DOMAIN: Final = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
_VERSION: Final = b"1"

Identity = tuple[str, str, str, int]
"""What a coin is called: its name, symbol and currency; and its decimals."""


@dataclass(frozen=True, slots=True)
class CodeDifference:
    """Where and how the code at an address differs, in one section of it; as text, a sentence.

    Attributes:
        contract: Which contract it should be.
        address: Where it stands.
        section: "code"; "immutable NAME", a value that was put in when it was created; or "metadata", all behind the
            code, which never runs.
        offsets: Where stretches of differing bytes begin, counted from the first byte of all: the first few of them.
        expected: The first bytes from there on, as they should be.
        found: The first bytes from there on, as they are; empty if the code ends before.
        differing_bytes: How many bytes of the section differ.
    """

    contract: str
    address: Address
    section: str
    offsets: tuple[int, ...]
    expected: bytes
    found: bytes
    differing_bytes: int

    @property
    def is_metadata(self) -> bool:
        """Whether it is in what never runs."""
        return self.section == _METADATA

    def __str__(self) -> str:
        found, expected = (f"0x{some.hex()}" if some else "nothing" for some in (self.found, self.expected))
        first, *further = map(str, self.offsets)
        count = "one byte differs" if self.differing_bytes == 1 else f"{self.differing_bytes} bytes differ"
        return (
            f"{self.contract} at {self.address} differs in its {self.section}: {found} instead of {expected} at byte "
            f"{first}; {count}{', also from ' if further else ''}{', '.join(further)}{' on' if further else ''}."
        )


def compare_code(
    artifact: Artifact, address: Address, code: bytes, immutables: Mapping[str, bytes]
) -> tuple[CodeDifference, ...]:
    """Compares the code at an address with the compiled contract, its immutables filled in.

    Args:
        artifact: What it should be.
        address: Where it stands.
        code: What stands there.
        immutables: What each immutable must be, as its 32 bytes.

    Returns:
        One difference for each section that differs; none if every byte is as it should be.

    Raises:
        ConfigError: If the contract has other immutables than these.
    """
    expected = expected_code(artifact, immutables)
    named = _places_of_immutables(artifact)
    begins_metadata = len(expected) - _metadata_bytes(expected)
    differing: dict[str, list[int]] = defaultdict(list)
    for place in range(max(len(expected), len(code))):
        if expected[place : place + 1] != code[place : place + 1]:
            differing[_METADATA if place >= begins_metadata else named.get(place, "code")].append(place)
    return tuple(
        CodeDifference(
            contract=artifact.name,
            address=address,
            section=section,
            offsets=_stretches(places)[:_SHOWN_PLACES],
            expected=expected[places[0] : places[0] + _SHOWN_BYTES],
            found=code[places[0] : places[0] + _SHOWN_BYTES],
            differing_bytes=len(places),
        )
        for section, places in differing.items()
    )


def expected_code(artifact: Artifact, immutables: Mapping[str, bytes]) -> bytes:
    """The code as it must stand on a chain.

    Raises:
        ConfigError: If the contract has other immutables than these.
    """
    if set(immutables) != set(artifact.immutables):
        unknown = ", ".join(sorted(set(immutables) ^ set(artifact.immutables)))
        raise ConfigError(f"{artifact.name} as compiled here has other immutables than are known: {unknown}.")
    code = bytearray(artifact.runtime)
    for name, places in artifact.immutables.items():
        for start, length in places:
            code[start : start + length] = immutables[name]
    return bytes(code)


def immutables_of_coin(identity: Identity, chain_id: int, coin: Address) -> dict[str, bytes]:
    """What `contracts/holding/Identifying.sol` puts into the code of a coin.

    Args:
        identity: What the coin is called.
        chain_id: On which chain it was created.
        coin: Where it stands.
    """
    from eth_hash.auto import keccak

    name, symbol, currency, decimals = identity
    domain = (keccak(_DOMAIN), keccak(name.encode()), keccak(_VERSION), _word(chain_id), _padded(coin))
    return {
        "NAME": _short_string(name),
        "SYMBOL": _short_string(symbol),
        "CURRENCY": _short_string(currency),
        "DECIMALS": _word(decimals),
        "CHAIN_ID": _word(chain_id),
        "SEPARATOR": keccak(b"".join(domain)),
    }


def immutables_of_implementation(implementation: Address) -> dict[str, bytes]:
    """What OpenZeppelin's UUPSUpgradeable puts into the code of an implementation: where it stands itself."""
    return {"__self": _padded(implementation)}


def identity_in(artifact: Artifact, code: bytes) -> Identity:
    """What the code of a coin says that it is called, at the first place of each; whether all agree is not asked."""
    name, symbol, currency, decimals = (
        code[start : start + length]
        for (start, length), *_ in (artifact.immutables[each] for each in ("NAME", "SYMBOL", "CURRENCY", "DECIMALS"))
    )
    return _text_in(name), _text_in(symbol), _text_in(currency), int.from_bytes(decimals)


def _places_of_immutables(artifact: Artifact) -> dict[int, str]:
    return {
        place: f"immutable {name}"
        for name, places in artifact.immutables.items()
        for start, length in places
        for place in range(start, start + length)
    }


def _metadata_bytes(code: bytes) -> int:
    """How long the compiler's trailer is: CBOR, and its length in two bytes. Source: Solidity, "Contract Metadata"."""
    return int.from_bytes(code[-_LENGTH_BYTES:]) + _LENGTH_BYTES


def _stretches(places: list[int]) -> tuple[int, ...]:
    return tuple(place for before, place in zip([-2, *places], places, strict=False) if place != before + 1)


def _short_string(text: str) -> bytes:
    """A text of at most 31 bytes in a word. Source: OpenZeppelin's ShortStrings."""
    raw = text.encode(errors="replace")[:_MAX_TEXT_BYTES]
    return raw.ljust(_MAX_TEXT_BYTES, b"\0") + bytes([len(raw)])


def _text_in(short_string: bytes) -> str:
    return short_string[: min(short_string[-1], _MAX_TEXT_BYTES)].decode(errors="replace") if short_string else ""


def _word(number: int) -> bytes:
    return number.to_bytes(_WORD_BYTES)


def _padded(address: Address) -> bytes:
    return address.rjust(_WORD_BYTES, b"\0")
