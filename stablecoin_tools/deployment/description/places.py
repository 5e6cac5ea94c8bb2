"""A value of the file together with where it stands, so that whatever is wrong with it is said with its line."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.deployment.description.lines import line_of
from stablecoin_tools.errors import ConfigError, StablecoinError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stablecoin_tools.deployment.description.lines import KeyPath

__all__ = ["Place", "nearest"]

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN: Final = 60
_MAX_INTEGER: Final = 2**63 - 1  # as TOML has it
_NAMES: Final[Mapping[type, str]] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One value of a description file. Errors name its place, never the value: it might be a secret.

    Attributes:
        value: What is written there.
        path: Its keys, from the top of the file down.
        text: The whole file.
        source: The file's name.
    """

    value: Any
    path: KeyPath
    text: str
    source: str

    @property
    def name(self) -> str:
        """Its keys with dots between them; of an item, those of its list."""
        keys = (key if _BARE.fullmatch(key) else repr(key) for key in self.path if isinstance(key, str))
        return ".".join(key[:_SHOWN] for key in keys)

    def wrong(self, words: str, *, hint: str = "") -> ConfigError:
        """The error that says what is wrong here, with the line."""
        return ConfigError(f"{self.source}, line {line_of(self.text, self.path)}: {words}", hint=hint)

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Whatever is refused meanwhile is refused because of what stands here."""
        try:
            yield
        except ConfigError:
            raise
        except StablecoinError as error:
            raise self.wrong(f"{self.name}: {error}", hint=error.hint) from error

    def of_type(self, kind: type) -> Any:
        """The value, which must be of exactly this type.

        Raises:
            ConfigError: If it is not.
        """
        value = self.value
        if type(value) is not kind:
            raise self.wrong(f"{self.name} is to be {_NAMES[kind]}.")
        if isinstance(value, int) and abs(value) > _MAX_INTEGER:
            raise self.wrong(f"{self.name} is out of range.")
        return value

    def table(self, wanted: Iterable[str], allowed: Iterable[str] = ()) -> dict[str, Place]:
        """The entries of a table that has all that are wanted, and no other but those allowed.

        Raises:
            ConfigError: If it is none, or has others.
        """
        entries, needed = self.entries(), list(wanted)
        known = [*needed, *allowed]
        for key, entry in entries.items():
            if key not in known:
                raise entry.wrong(f"{entry.name} is nothing that this file has.", hint=nearest(key, known))
        for key in needed:
            if key not in entries:
                raise self.wrong(f"{self.name or 'the file'} lacks {key}.")
        return entries

    def entries(self) -> dict[str, Place]:
        """The entries of a table, whatever their keys are.

        Raises:
            ConfigError: If it is none.
        """
        return {key: self._at(key, item) for key, item in self.of_type(dict).items()}

    def renamed(self, key: str) -> Place:
        """The key of an entry as a text of its own, to be judged where the entry stands."""
        return Place(key, self.path, self.text, self.source)

    def texts(self) -> list[Place]:
        """The items of a list of texts, each of them once.

        Raises:
            ConfigError: If it is none, or one is there twice.
        """
        items = [self._at(index, item) for index, item in enumerate(self.of_type(list))]
        seen: set[str] = set()
        for item in items:
            if item.of_type(str) in seen:
                raise item.wrong(f"{self.name} has {item.value[:_SHOWN]!r} twice.")
            seen.add(item.value)
        return items

    def one_of(self, known: Iterable[str], what: str) -> str:
        """The text, which must be one that is known.

        Raises:
            ConfigError: If it is not, with the nearest one that is.
        """
        text, choice = self.of_type(str), list(known)
        if text not in choice:
            raise self.wrong(f"{self.name}: {text[:_SHOWN]!r} is no {what}.", hint=nearest(text, choice))
        return str(text)

    def _at(self, key: str | int, value: Any) -> Place:
        return Place(value, (*self.path, key), self.text, self.source)


def nearest(text: str, known: Iterable[str]) -> str:
    """A question after what may have been meant; empty if nothing is near."""
    close = get_close_matches(text[:_SHOWN], list(known), n=1)
    return f"Is {close[0]!r} meant?" if close else ""
