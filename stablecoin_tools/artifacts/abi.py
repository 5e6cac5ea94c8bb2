"""Calls, answers, errors and events as bytes: an ABI and nothing else. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Abi", "AbiEntry", "Decoded"]

SELECTOR_LENGTH = 4
_WORD_LENGTH = 32


@dataclass(frozen=True, slots=True)
class AbiEntry:
    """One function, error or event of a contract.

    Attributes:
        name: Its name.
        inputs: Its parameters as (name, type), tuples written out: `(bytes32,address)[]`.
        outputs: The types of a function's answers.
        indexed: Which of an event's parameters stand in its topics.
        is_view: Whether a function only reads.
    """

    name: str
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...] = ()
    indexed: tuple[bool, ...] = ()
    is_view: bool = False

    @property
    def signature(self) -> str:
        """The name with the types, as hashed for selectors."""
        return f"{self.name}({','.join(self.types)})"

    @property
    def types(self) -> tuple[str, ...]:
        """The types of the parameters."""
        return tuple(kind for _, kind in self.inputs)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded error or event: which, and its fields by snake_case name."""

    entry: AbiEntry
    fields: Mapping[str, Any]


class Abi:
    """A contract's interface. Overloaded functions are named by signature: `"pause(uint256)"`."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.entries = tuple(entries)

    @cached_property
    def functions(self) -> Mapping[str, AbiEntry]:
        """The functions by signature."""
        return {entry.signature: entry for entry in self._of_kind("function")}

    @cached_property
    def errors(self) -> Mapping[bytes, AbiEntry]:
        """The errors by selector."""
        return {_hash(entry.signature)[:SELECTOR_LENGTH]: entry for entry in self._of_kind("error")}

    @cached_property
    def events(self) -> Mapping[bytes, AbiEntry]:
        """The events by topic."""
        return {_hash(entry.signature): entry for entry in self._of_kind("event")}

    @cached_property
    def _selectors(self) -> Mapping[bytes, AbiEntry]:
        return {_hash(signature)[:SELECTOR_LENGTH]: entry for signature, entry in self.functions.items()}

    def topic(self, event: str) -> bytes:
        """The first topic of an event, by its name."""
        return next(topic for topic, entry in self.events.items() if entry.name == event)

    def function(self, name: str) -> AbiEntry:
        """Finds a function by signature, or by name if only one bears it.

        Raises:
            ConfigError: If there is none, or several.
        """
        if name in self.functions:
            return self.functions[name]
        found = [entry for entry in self.functions.values() if entry.name == name]
        if len(found) != 1:
            raise ConfigError(f"The contract has {len(found)} functions named {name!r}.")
        return found[0]

    def selector(self, name: str) -> bytes:
        """The four bytes that begin a function's call data.

        Raises:
            ConfigError: If there is no such function, or several.
        """
        return _hash(self.function(name).signature)[:SELECTOR_LENGTH]

    def encode_call(self, name: str, *arguments: Any) -> bytes:
        """The call data of a function.

        Raises:
            UsageError: If an argument does not fit its type.
        """
        function = self.function(name)
        return self.selector(function.signature) + _encode(function.signature, function.types, arguments)

    def decode_call(self, data: bytes) -> tuple[AbiEntry, tuple[Any, ...]]:
        """The function that call data is for, and its arguments.

        Raises:
            ConfigError: If it is for no function of this interface, or the bytes are not as that function's are.
        """
        entry = self._selectors.get(data[:SELECTOR_LENGTH])
        if entry is None:
            raise ConfigError(f"No function of the contract begins with 0x{data[:SELECTOR_LENGTH].hex()}.")
        arguments = _decode(entry.signature, entry.types, data[SELECTOR_LENGTH:])
        if _encode(entry.signature, entry.types, arguments) != data[SELECTOR_LENGTH:]:
            raise ConfigError(f"The bytes are not as a call of {entry.signature} is encoded.")
        return entry, arguments

    def encode_constructor(self, *arguments: Any) -> bytes:
        """The constructor's arguments, as they follow the creation code.

        Raises:
            UsageError: If an argument does not fit its type.
        """
        types = next((entry.types for entry in self._of_kind("constructor")), ())
        return _encode("constructor", types, arguments)

    def decode_answer(self, name: str, answer: bytes) -> Any:
        """The answer of a function: one value, or a tuple of several.

        Raises:
            ConfigError: If the answer is not of the function's type, as when another contract answers.
        """
        function = self.function(name)
        values = _decode(function.signature, function.outputs, answer)
        return values[0] if len(values) == 1 else values

    def decode_error(self, revert: bytes) -> Decoded | None:
        """The error in the bytes of a revert, or None if it is none of this interface's."""
        entry = self.errors.get(revert[:SELECTOR_LENGTH])
        if entry is None:
            return None
        try:
            return _decoded(entry, _decode(entry.signature, entry.types, revert[SELECTOR_LENGTH:]))
        except ConfigError:
            return None

    def decode_event(self, topics: Sequence[bytes], data: bytes) -> Decoded | None:
        """The event in a log, or None if it is none of this interface's."""
        entry = self.events.get(topics[0]) if topics else None
        if entry is None or len(topics) != 1 + sum(entry.indexed):
            return None
        in_topics = [kind for kind, indexed in zip(entry.types, entry.indexed, strict=True) if indexed]
        in_data = [kind for kind, indexed in zip(entry.types, entry.indexed, strict=True) if not indexed]
        try:
            topic_values = iter(_decode(entry.signature, in_topics, b"".join(topics[1:])))
            data_values = iter(_decode(entry.signature, in_data, data))
        except ConfigError:
            return None
        return _decoded(entry, [next(topic_values if indexed else data_values) for indexed in entry.indexed])

    def _of_kind(self, kind: str) -> Iterable[AbiEntry]:
        for entry in self.entries:
            if entry["type"] == kind:
                yield AbiEntry(
                    name=entry.get("name", kind),
                    inputs=tuple((_snake_case(item["name"]), _canonical(item)) for item in entry["inputs"]),
                    outputs=tuple(_canonical(item) for item in entry.get("outputs", ())),
                    indexed=tuple(item.get("indexed", False) for item in entry["inputs"]),
                    is_view=entry.get("stateMutability") in ("view", "pure"),
                )


def _decoded(entry: AbiEntry, values: Iterable[Any]) -> Decoded:
    return Decoded(entry, dict(zip((name for name, _ in entry.inputs), values, strict=True)))


def _canonical(item: Mapping[str, Any]) -> str:
    kind: str = item["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(_canonical(member) for member in item['components'])}){kind.removeprefix('tuple')}"


def _encode(signature: str, types: Sequence[str], arguments: Sequence[Any]) -> bytes:
    from eth_abi.abi import encode
    from eth_abi.exceptions import EncodingError

    try:
        return encode(types, arguments)
    except (EncodingError, ValueError, TypeError) as error:
        raise UsageError(f"The arguments do not fit {signature}: {error}.") from error


def _decode(signature: str, types: Sequence[str], words: bytes) -> tuple[Any, ...]:
    from eth_abi.abi import decode
    from eth_abi.exceptions import DecodingError

    try:
        values = decode(types, words)
    except (DecodingError, OverflowError, ValueError) as error:
        raise ConfigError(
            f"{len(words)} bytes are no answer of {signature}.",
            hint="Is there another contract at this address?",
        ) from error
    return tuple(_pythonic(kind, value) for kind, value in zip(types, values, strict=True))


def _pythonic(kind: str, value: Any) -> Any:
    if kind == "address":
        return Address(bytes.fromhex(value[2:]))
    if kind == "address[]":
        return tuple(Address(bytes.fromhex(item[2:])) for item in value)
    return value


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _hash(signature: str) -> bytes:
    from eth_hash.auto import keccak

    return keccak(signature.encode())
