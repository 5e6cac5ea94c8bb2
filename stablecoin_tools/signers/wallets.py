"""Every wallet by its name, wherever its key is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.errors import ConfigError, WalletError
from stablecoin_tools.signers.accounts import DEVELOPMENT_ACCOUNTS, development_signer
from stablecoin_tools.signers.protocol import WalletKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers.keystore import Keystore
    from stablecoin_tools.signers.protocol import KeptElsewhere, Signer

__all__ = ["Wallet", "Wallets"]

_DEVELOPMENT: Final = re.compile(r"dev([0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet, closed.

    Attributes:
        name: What it is called.
        kind: Where its key is.
        address: For whom it signs.
    """

    name: str
    kind: WalletKind
    address: Address


class Wallets:
    """The wallets of a keystore, those whose keys are elsewhere, and the development accounts as dev0 to dev9.

    Args:
        keystore: The wallets in files.
        elsewhere: The others, by name: remote signers, keys in AWS KMS, keys in HSMs.
        network: Where they sign; anywhere, if None, and then there are no development accounts.
    """

    def __init__(self, keystore: Keystore, elsewhere: Mapping[str, KeptElsewhere], network: Network | None) -> None:
        self._keystore = keystore
        self._elsewhere = elsewhere
        self._network = network

    def __repr__(self) -> str:
        return f"Wallets({self._keystore!r}, elsewhere={sorted(self._elsewhere)})"

    def all(self) -> list[Wallet]:
        """All that there are. No password is needed, and nobody is asked.

        Raises:
            WalletError: If a file of the keystore is none.
        """
        found = [Wallet(name, WalletKind.KEYSTORE, address) for name, address in self._keystore.addresses().items()]
        found += [Wallet(name, one.kind, one.address) for name, one in sorted(self._elsewhere.items())]
        if self._network is not None and self._network.is_development:
            found += [self.find(f"dev{index}") for index in range(DEVELOPMENT_ACCOUNTS)]
        return found

    def find(self, name: str) -> Wallet:
        """The wallet of that name; no password is needed, and nobody is asked.

        Raises:
            WalletError: If there is none, or there are two.
            ConfigError: If it is a development account, and the network none for it.
        """
        if (index := _development_index(name)) is not None:
            return Wallet(name, WalletKind.DEVELOPMENT, self._development(index).address)
        if name not in self._elsewhere:
            return Wallet(name, WalletKind.KEYSTORE, self._keystore.address(name))
        found = self._elsewhere[name]
        if self._keystore.has(name):
            raise WalletError(
                f"{name!r} is the name of a {found.kind.value} wallet and of one in {self._keystore!r}.",
                hint="Rename one: nobody should have to guess which of them signs.",
            )
        return Wallet(name, found.kind, found.address)

    def open(self, name: str, ask_password: Callable[[], str]) -> Signer:
        """Opens a wallet.

        Args:
            name: Which one.
            ask_password: Called where it takes a password, once it is sure that there is such a wallet.

        Raises:
            WalletError: If there is no such wallet, it does not open, or whoever has its key says another address.
            ConfigError: If it is a development account, and the network none for it; or it is configured wrongly.
            ChainError: If whoever has its key does not answer.
        """
        kind = self.find(name).kind
        if kind is WalletKind.KEYSTORE:
            return self._keystore.unlock(name, ask_password(), network=self._network)
        if kind is WalletKind.DEVELOPMENT:
            return self._development(_development_index(name) or 0)
        return self._elsewhere[name].open(name, ask_password, self._network)

    def _development(self, index: int) -> Signer:
        if self._network is None:
            raise ConfigError(
                "The development accounts sign on development networks alone, and no network is named.",
                hint="Add --network anvil, or set STABLECOIN_NETWORK.",
            )
        return development_signer(index, self._network)


def _development_index(name: str) -> int | None:
    found = _DEVELOPMENT.fullmatch(name)
    return int(found[1]) if found else None
