"""What must not stand in a file that is committed and sent around: keys, recovery phrases, URLs with credentials."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.deployment.description.lines import line_of
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from stablecoin_tools.deployment.description.lines import KeyPath

__all__ = ["check_text", "check_values"]

_KEY: Final = re.compile(r"(?<![0-9a-fA-F])(?:0x)?[0-9a-fA-F]{64}", re.ASCII)
_SALT: Final = re.compile(r"""(?<![\w-])salt["']?[ \t]*=[ \t]*["']{1,3}$""")
_SALT_REACH: Final = 80
_URL: Final = re.compile(r"""://[^/\s?#"'@]*@|[?&](?:api_?key|access_token|token|secret|password)=""", re.IGNORECASE)
_WORDS: Final = re.compile(r"""[A-Za-z]+|[^A-Za-z\s"',#]+""")
_WORD: Final = re.compile(r"[A-Za-z]{3,8}")
_PHRASE_WORDS: Final = 12
"""As many as the shortest recovery phrase has. Source: BIP-39."""
_MAX_DEPTH: Final = 8
_HINT: Final = "Take it out; if anybody else has seen the file, it is no secret any more. [signers] names wallets."


def check_text(text: str, *, source: str) -> None:
    """Refuses a file that seems to hold a secret, without repeating it; comments count too.

    Raises:
        ConfigError: If it does, with the line.
    """
    for what, at in _found(text):
        line = text.count("\n", 0, at) + 1
        raise ConfigError(f"{source}, line {line}: this looks like {what}.", hint=_HINT)


def check_values(tree: dict[str, Any], text: str, *, source: str) -> None:
    """Refuses secrets that only show once the text is parsed, and what is nested deeper than any description.

    Raises:
        ConfigError: If there is one, with the line.
    """
    for path, value in _walk(tree):
        if len(path) > _MAX_DEPTH:
            raise ConfigError(f"{source}, line {line_of(text, path)}: nothing in this file is nested so deeply.")
        written = value if isinstance(value, str) and path[-1] != "salt" else ""
        for what, _ in _found(written):
            raise ConfigError(f"{source}, line {line_of(text, path)}: this looks like {what}.", hint=_HINT)


def _walk(tree: dict[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Every key and every value with its path, without recursion: a file may be nested as deeply as it likes."""
    waiting: list[tuple[KeyPath, Any]] = [((key,), item) for key, item in tree.items()]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, index), item) for index, item in enumerate(value)]
        if isinstance(path[-1], str):
            yield path, path[-1]


def _found(text: str) -> Iterator[tuple[str, int]]:
    for key in _KEY.finditer(text):
        if not _SALT.search(text[max(0, key.start() - _SALT_REACH) : key.start()]):
            yield "a private key", key.start()
    if url := _URL.search(text):
        yield "a URL with credentials", url.start()
    if _phrase(text, None) is not None:
        from eth_account.hdaccount.mnemonic import Mnemonic  # loads slowly, and is needed as good as never

        if (at := _phrase(text, frozenset(Mnemonic().wordlist))) is not None:
            yield "a recovery phrase", at


def _phrase(text: str, known: Container[str] | None) -> int | None:
    """Where as many words stand in a row as a recovery phrase has; any words alike, if none are known."""
    start, count = 0, 0
    for match in _WORDS.finditer(text):
        is_word = _WORD.fullmatch(match[0]) and (known is None or match[0].lower() in known)
        start, count = (start if count else match.start(), count + 1) if is_word else (0, 0)
        if count == _PHRASE_WORDS:
            return start
    return None
