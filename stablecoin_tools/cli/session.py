"""One command's view of the world: its network, its coin, its signer; opened when first asked for."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Declined
from stablecoin_tools.errors import ConfigError, OutcomeUnknown, UsageError, WalletError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import Call, Chain, Receipt
    from stablecoin_tools.deployment import DeploymentRecords
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers import Keystore, Signer
    from stablecoin_tools.token import Stablecoin
    from stablecoin_tools.transactions import TransactionManager

__all__ = ["Session", "read_password"]


class Session:
    """What a command works with.

    Args:
        network: The --network option.
        as_json: The --json option.
        coin: The --coin option.
        wallet: The --wallet option.
        password_file: The --password-file option.
        yes: The --yes option.
    """

    def __init__(
        self,
        network: str | None,
        *,
        as_json: bool = False,
        coin: str | None = None,
        wallet: str | None = None,
        password_file: str | None = None,
        yes: bool = False,
    ) -> None:
        from stablecoin_tools.cli.settings import read_settings

        self.settings = read_settings()
        self.as_json = as_json
        self._network = network
        self._coin = coin
        self._wallet = wallet or self.settings.wallet
        self._password_file = password_file or self.settings.password_file
        self._yes = yes

    @cached_property
    def network(self) -> Network:
        """The network that was named."""
        return self.settings.find_network(self._network)

    @cached_property
    def chain(self) -> Chain:
        """The network's node."""
        from stablecoin_tools.chain import HttpChain, HttpTransport

        if self.network.name == "local":
            raise ConfigError(
                "The local chain begins and ends with one process, so no coin is on it.",
                hint="Try `stablecoin demo`, or start anvil and name --network anvil.",
            )
        return HttpChain(self.network, HttpTransport(self.settings.rpc_url(self.network)))

    @cached_property
    def transactions(self) -> TransactionManager:
        """What sends."""
        from stablecoin_tools.transactions import TransactionManager

        return TransactionManager(self.chain, announce=show.signed)

    @cached_property
    def records(self) -> DeploymentRecords:
        """The deployment records."""
        from stablecoin_tools.deployment import DeploymentRecords

        return DeploymentRecords(self.settings.deployments)

    @cached_property
    def keystore(self) -> Keystore:
        """The wallets."""
        from stablecoin_tools.signers import Keystore

        return Keystore(self.settings.wallets)

    @cached_property
    def coin(self) -> Stablecoin:
        """The coin that was named, or the only one deployed on the network."""
        from stablecoin_tools.token import Stablecoin

        chain = self.chain
        found = [
            record for record in self.records.on_chain(self.network.chain_id) if self._coin in (None, record.symbol)
        ]
        if len(found) == 1:
            record = found[0]
            return Stablecoin(
                chain, record.address, transactions=self.transactions, created_in_block=record.block_number
            )
        named = f" {self._coin}" if self._coin else ""
        if found:
            symbols = ", ".join(record.symbol for record in found)
            raise UsageError(
                f"Several coins are deployed on {self.network.name}: {symbols}.", hint="Name one by --coin."
            )
        raise ConfigError(
            f"No coin{named} is recorded on {self.network.name} in {self.settings.deployments}.",
            hint=f"`stablecoin deploy --network {self.network.name}` deploys one.",
        )

    @cached_property
    def signer(self) -> Signer:
        """Who signs: the wallet that was named, a testnet's key, or the first development account."""
        from stablecoin_tools.signers import development_signer, testnet_signer

        if self._wallet is not None and self._wallet.startswith("dev") and self._wallet[3:].isdecimal():
            return development_signer(int(self._wallet[3:]), self.network)
        if self._wallet is not None:
            self.keystore.address(self._wallet)  # there is no point in asking for the password of no wallet
            return self.keystore.unlock(self._wallet, read_password(self._password_file, f"Password of {self._wallet}"))
        if self.settings.private_key is not None:
            return testnet_signer(self.settings.private_key, self.network)
        if self.network.is_development:
            return development_signer(0, self.network)
        raise ConfigError("No wallet is named.", hint="Add --wallet NAME; `stablecoin wallet list` shows them.")

    def transact(self, call: Call, *, details: Sequence[str] = ()) -> None:
        """Tries a call, shows it, asks, sends it, and shows what became of it; `details` are shown with it."""
        receipt = self.submit(call, details=details)
        show.receipt(call, receipt, self.coin.events(receipt), self.network, as_json=self.as_json)

    def submit(self, call: Call, *, details: Sequence[str] = ()) -> Receipt:
        """Tries a call, shows it, asks, and sends it."""
        coin, signer = self.coin, self.signer
        gas = coin.simulate(call, sender=signer.address)
        self.confirm(
            f"{coin.denomination.symbol} at {coin.address} on {self.network.name} (chain {self.network.chain_id})\n"
            f"  {call.description}\n"
            + "".join(f"    {detail}\n" for detail in details)
            + f"  signed by {signer.address}, about {gas:,} gas"
        )
        try:
            with show.waiting(f"sending: {call.description}"):
                return coin.send(call, signer=signer)
        except OutcomeUnknown as error:  # the journal ends with this process: there is nothing to resume
            error.hint = "Do not run this again before an explorer shows that none of these transactions was mined."
            raise

    def confirm(self, what: str) -> None:
        """Asks before anything is sent, unless --yes was given.

        Raises:
            Declined: If the answer is no.
            UsageError: If there is nobody to ask.
        """
        if self._yes:
            return
        click.echo(what, err=True)
        try:
            agreed = click.confirm("Go ahead?", err=True)
        except click.Abort:
            raise UsageError(
                "Nobody answered, so nothing was sent.", hint="Add --yes to send without asking."
            ) from None
        if not agreed:
            raise Declined("Declined: nothing was sent.")


def read_password(file: str | None, question: str, *, is_new: bool = False) -> str:
    """A password from a file's first line, or from the keyboard without showing it.

    Raises:
        WalletError: If the file cannot be read, or there is neither file nor keyboard.
    """
    if file is not None:
        from pathlib import Path

        try:
            return Path(file).read_text().split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise WalletError(f"The password file cannot be read: {type(error).__name__}.") from error
    if not sys.stdin.isatty():
        raise WalletError("There is nobody to ask for the password.", hint="Add --password-file FILE.")
    answer: Any = click.prompt(question, hide_input=True, confirmation_prompt=is_new, err=True)
    return str(answer)
