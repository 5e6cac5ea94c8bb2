"""Reads a description file. Whatever it does not know, or might have meant otherwise, it refuses, with the line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.deployment.description.coins import read_coin
from stablecoin_tools.deployment.description.lines import parse_toml
from stablecoin_tools.deployment.description.places import Place
from stablecoin_tools.deployment.description.secrecy import check_text, check_values
from stablecoin_tools.deployment.description.values import CoinDescription, Description

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_description"]

_VERSION: Final = 1
_ALIAS: Final = re.compile(r"(?!0[xX])[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WALLET: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def read_description(text: str, *, source: str = "stablecoin.toml") -> Description:
    """Reads a description file.

    Args:
        text: What the file holds.
        source: Its name, for errors.

    Raises:
        ConfigError: If it is not exactly what such a file is, with the line; or if it seems to hold a secret, which
            the error does not repeat. Nothing was sent.
    """
    check_text(text, source=source)
    tree = parse_toml(text, source=source)
    check_values(tree, text, source=source)
    entries = _sections(Place(tree, (), text, source))
    addresses = _addresses(entries["addresses"])
    networks = _networks(entries["networks"])
    return Description(
        coins=_coins(entries["coins"], networks, addresses),
        networks=networks,
        addresses=addresses,
        signers=_signers(entries["signers"], addresses) if "signers" in entries else {},
    )


def _sections(file: Place) -> dict[str, Place]:
    version = file.entries().get("version")
    if version is None:
        raise file.wrong("the file lacks version.", hint=f"It begins with: version = {_VERSION}")
    if version.of_type(int) != _VERSION:
        raise version.wrong(f"this release reads version {_VERSION} of the file alone.")
    return file.table(("version", "addresses", "networks", "coins"), ("signers",))


def _addresses(place: Place) -> dict[str, Address]:
    book: dict[str, Address] = {}
    names: dict[Address, str] = {}
    for alias, entry in place.entries().items():
        if not _ALIAS.fullmatch(alias):
            raise entry.wrong(f"{entry.name} is no alias.", hint="Use letters, digits, dots, dashes, underscores.")
        with entry.judged():
            account = parse_address(_short(entry))
        if account in names:
            raise entry.wrong(f"{alias} and {names[account]} are the same account.", hint="Give it one alias.")
        book[alias] = account
        names[account] = alias
    return book


def _short(entry: Place) -> str:
    """The text, unless it is longer than any address: it might be a secret, and errors repeat it."""
    text = str(entry.of_type(str))
    if len(text) != len("0x") + 40 or not text.startswith("0x"):
        raise entry.wrong(f"{entry.name} is no address.", hint="Write 0x and 40 hex digits.")
    return text


def _networks(place: Place) -> tuple[str, ...]:
    networks = place.entries()
    if not networks:
        raise place.wrong("the file names no network.", hint="Such as [networks.sepolia].")
    for entry in networks.values():
        entry.table(())
    return tuple(networks)


def _coins(place: Place, networks: tuple[str, ...], addresses: Mapping[str, Address]) -> dict[str, CoinDescription]:
    coins = place.entries()
    if not coins:
        raise place.wrong("the file describes no coin.", hint="Such as [coins.XSGD].")
    return {symbol: read_coin(symbol, coin, networks=networks, addresses=addresses) for symbol, coin in coins.items()}


def _signers(place: Place, addresses: Mapping[str, Address]) -> dict[str, str]:
    wallets: dict[str, str] = {}
    for alias, entry in place.entries().items():
        entry.renamed(alias).one_of(addresses, "alias in [addresses]")
        if not _WALLET.fullmatch(entry.of_type(str)):
            raise entry.wrong(f"{entry.name} is no wallet's name.", hint="`stablecoin wallet list` shows them.")
        wallets[alias] = entry.value
    return wallets
