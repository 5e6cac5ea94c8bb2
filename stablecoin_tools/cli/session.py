"""One command's view of the world: its network, its coin, its signer; opened when first asked for."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Declined
from stablecoin_tools.cli.late_chain import LateChain
from stablecoin_tools.errors import ConfigError, Moved, OutcomeUnknown, StablecoinError, UsageError, WalletError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain, SimulatingChain
    from stablecoin_tools.cli.progress import Progress
    from stablecoin_tools.cli.sending import Sent
    from stablecoin_tools.deployment import Deployment, DeploymentRecords
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers import Keystore, Signer, Wallets
    from stablecoin_tools.token import Stablecoin
    from stablecoin_tools.transactions import Intent, Journal, Stage, TransactionManager

__all__ = ["Session", "read_password"]

_OPENED: Final = "stablecoin_tools.cli.session"


class Session:
    """What a command works with.

    Args:
        network: The --network option.
        as_json: The --json option.
        coin: The --coin option.
        wallet: The --wallet option.
        password_file: The --password-file option.
        yes: The --yes option.
        ref: The --ref option.
        final: The --final option.
        verb: By which `stablecoin tx` command goes on what it begins.
    """

    def __init__(  # noqa: PLR0913  # all but the first are named by the caller
        self,
        network: str | None,
        *,
        as_json: bool = False,
        coin: str | None = None,
        wallet: str | None = None,
        password_file: str | None = None,
        yes: bool = False,
        ref: str | None = None,
        final: bool = False,
        verb: str = "resume",
    ) -> None:
        from stablecoin_tools.cli.settings import read_settings

        self.settings = read_settings()
        self.as_json = as_json
        self._network = network
        self._coin = coin
        self._wallet = wallet or self.settings.wallet
        self._password_file = password_file or self.settings.password_file
        self._named_file = password_file
        self._yes = yes
        self._ref = ref
        self.is_until_final = final
        self._verb = verb
        context = click.get_current_context(silent=True)
        if context is not None:
            context.meta[_OPENED] = self

    @classmethod
    def of(cls, context: click.Context) -> Session | None:
        """The session of a command; where it has not come so far, the one that it would open for its reference."""
        opened, asked = context.meta.get(_OPENED), context.params
        reference = asked.get("ref") or asked.get("reference")
        if isinstance(opened, cls) or not reference:
            return opened
        options: dict[str, Any] = {name: asked.get(name) for name in ("network", "wallet", "password_file")}
        try:
            return cls(**options, ref=reference, final=bool(asked.get("final")))
        except ConfigError:
            return None

    @cached_property
    def network(self) -> Network:
        """The network that was named."""
        return self.settings.find_network(self._network)

    @cached_property
    def chain(self) -> SimulatingChain:
        """The network's node."""
        from stablecoin_tools.chain import HttpChain, HttpTransport

        if self.network.name == "local":
            raise ConfigError(
                "The local chain begins and ends with one process, so no coin is on it.",
                hint="Try `stablecoin demo`, or start anvil and name --network anvil.",
            )
        return HttpChain(self.network, HttpTransport(self.settings.rpc_url(self.network)))

    @cached_property
    def chain_name(self) -> str:
        """What the chain is called in the journal; only a development chain's node is asked for it."""
        from stablecoin_tools.transactions import chain_name

        return chain_name(self.chain) if self.network.is_development else str(self.network.chain_id)

    @cached_property
    def journal(self) -> Journal:
        """The journal of what is sent, open until the command ends.

        Raises:
            ConfigError: If it would be in memory.
        """
        from stablecoin_tools.transactions import Journal

        journal = Journal(self.settings.journal)
        click.get_current_context().call_on_close(journal.close)
        if not journal.is_durable:
            raise ConfigError(
                "A journal in memory ends with the command, and what was sent would be forgotten.",
                hint="Name a file: STABLECOIN_JOURNAL=sqlite:////var/lib/stablecoin/journal.db; or do not set it.",
            )
        return journal

    @cached_property
    def transactions(self) -> TransactionManager:
        """What sends."""
        from stablecoin_tools.transactions import TransactionManager

        witnesses = [
            cast("Chain", LateChain(self.network, url))
            for url in self.settings.witness_rpc_urls.get(self.network.name, ())
        ]
        return TransactionManager(
            self.chain,
            journal=self.journal,
            witnesses=witnesses,
            sleep=self._progress.sleep,
            announce=self._progress.tell,
        )

    @cached_property
    def reference(self) -> str:
        """What is sent under this is done once: the --ref option, or a random one."""
        import uuid

        from stablecoin_tools.transactions.intent import check_reference

        if self._ref is None:
            return uuid.uuid4().hex
        check_reference(self._ref)
        return self._ref

    @cached_property
    def until(self) -> Stage:
        """How far what is sent is to come before the command ends."""
        from stablecoin_tools.transactions import Stage

        return Stage.FINALIZED if self.is_until_final else Stage.MINED

    @cached_property
    def records(self) -> DeploymentRecords:
        """The deployment records."""
        from stablecoin_tools.deployment import DeploymentRecords

        return DeploymentRecords(self.settings.deployments)

    @cached_property
    def keystore(self) -> Keystore:
        """The wallets in files."""
        from stablecoin_tools.signers import Keystore

        return Keystore(self.settings.wallets)

    @cached_property
    def wallets(self) -> Wallets:
        """All wallets; they sign on the network that is named, or on any if none is."""
        from dataclasses import replace

        from stablecoin_tools.signers import Pkcs11Wallet, Wallets

        network = self.network if self._network or self.settings.network else None
        elsewhere = {
            name: replace(wallet, pin_file=None) if self._named_file and isinstance(wallet, Pkcs11Wallet) else wallet
            for name, wallet in self.settings.remote_signers.items()  # the file that a command names comes first
        }
        return Wallets(self.keystore, elsewhere, network)

    def open_wallet(self, name: str) -> Signer:
        """Opens a wallet; its password is asked for, if it takes one and no file has it."""
        return self.wallets.open(name, lambda: read_password(self._password_file, f"Password of {name}"))

    @property
    def wallet_name(self) -> str | None:
        """The wallet that was named, or None."""
        return self._wallet

    @property
    def has_signer(self) -> bool:
        """Whether there is somebody who signs, without a wallet being named too."""
        return self._wallet is not None or self.settings.private_key is not None or self.network.is_development

    @cached_property
    def coin(self) -> Stablecoin:
        """The coin that was named, or the only one deployed on the network."""
        from stablecoin_tools.token import Stablecoin

        chain = self.chain
        found = [
            record for record in self.records.on_chain(self.network.chain_id) if self._coin in (None, record.symbol)
        ]
        if len(found) == 1:  # `submit` sends, not the coin: whoever only reads needs no journal
            return Stablecoin(chain, found[0].address, created_in_block=found[0].block_number)
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

        if self._wallet is not None:
            return self.open_wallet(self._wallet)
        if self.settings.private_key is not None:
            return testnet_signer(self.settings.private_key, self.network)
        if self.network.is_development:
            return development_signer(0, self.network)
        raise ConfigError("No wallet is named.", hint="Add --wallet NAME; `stablecoin wallet list` shows them.")

    def transact(self, call: Call, *, details: Sequence[str] = ()) -> None:
        """Tries a call, shows it, asks, sends it, and shows what became of it; `details` are shown with it."""
        show.sent(self.submit(call, details=details), self.network, as_json=self.as_json)

    def submit(self, call: Call, *, details: Sequence[str] = ()) -> Sent:
        """Tries a call, shows it, asks, and sends it, once for each --ref."""
        from stablecoin_tools.cli.reading import read_reference
        from stablecoin_tools.cli.sending import submit
        from stablecoin_tools.token import under_reference

        if self._ref is None:
            return submit(self, call, call, details)
        read_reference(self._ref)  # what cannot go to the chain is refused before anything is asked
        return submit(self, call, under_reference(call, self._ref), details)

    def look_up(self) -> Intent | None:
        """What the journal knows under the reference."""
        return self.journal.find(self.chain_name, self.reference)

    def recall(self) -> Intent | None:
        """What was begun under the reference, by the journal alone; what was never signed and was cancelled was not.

        Only a development chain's node knows which chain it is. Without it, any chain of the same chain id counts.
        """
        from stablecoin_tools.transactions import Stage

        if self._ref is None and "journal" not in vars(self):  # a random one, and nothing can have been written yet
            return None
        reference = self.reference if self._ref is None else self._ref
        chain_id = str(self.network.chain_id)
        if self.network.is_development and "chain_name" not in vars(self):
            names = [name for name in self.journal.chains_of(reference) if name.split("/")[0] == chain_id]
        else:
            names = [self.chain_name]
        found = [self.journal.find(name, reference) for name in names]
        begun = [one for one in found if one is not None and one.stage is not Stage.CANCELLED]
        return min(begun, key=lambda one: (one.receipt is not None, one.is_settled), default=None)

    @property
    def has_reference(self) -> bool:
        """Whether it was asked for under a reference."""
        return self._ref is not None

    @property
    def last_told(self) -> Intent | None:
        """The intent that something last happened to while this command waited."""
        progress = vars(self).get("_progress")
        return progress.newest if progress is not None else None

    def intent(self) -> Intent:
        """What the journal knows under the reference, which must be something.

        Raises:
            ConfigError: If it knows nothing.
        """
        found = self.look_up()
        if found is not None:
            return found
        elsewhere = ", ".join(self.journal.chains_of(self.reference))
        raise ConfigError(
            f"The journal knows no reference {self.reference!r} on {self.network.name}.",
            hint=f"It was used on chain {elsewhere}." if elsewhere else "`stablecoin tx list` shows those it knows.",
        )

    def record_at(self, address: Address | None) -> Deployment | None:
        """The record of the coin at an address, if there is one."""
        return next((one for one in self.records.on_chain(self.network.chain_id) if one.address == address), None)

    @contextmanager
    def waiting(self, what: str, *, known: Intent | None = None, before: str = "") -> Iterator[None]:
        """Shows what goes on; where an outcome is unknown, says by which command to go on, and before what."""
        try:
            with self._progress.during(what, known):
                yield
        except OutcomeUnknown as error:
            error.hint = self.hint_to_go_on(error.reference, before=before)
            raise

    def hint_to_go_on(self, reference: str, *, is_cancelled: bool = False, before: str = "") -> str:
        """By which command a reference goes on, and before what; one that is being cancelled goes on so."""
        command = self.command("cancel" if is_cancelled else self._verb, reference)
        return f"Do not send it again. To go on{before}: {command}"

    def command(self, verb: str, reference: str, *, is_final: bool = False) -> str:
        """The `stablecoin tx` command that goes on with a reference as this command began it."""
        import shlex

        options = ["--network", self.network.name]
        if self._wallet:
            options += ["--wallet", self._wallet]
        if self._named_file:
            options += ["--password-file", self._named_file]
        if self.is_until_final or is_final:
            options += ["--final"]
        named = [*options, "--", reference] if reference.startswith("-") else [reference, *options]
        return shlex.join(["stablecoin", "tx", verb, *named])

    @cached_property
    def _progress(self) -> Progress:
        from stablecoin_tools.cli.progress import Progress

        return Progress(self.network, self.reference)

    def confirm(self, what: str, *, is_under_way: bool = False) -> None:
        """Asks before anything is sent, unless --yes was given.

        Args:
            what: What is asked about.
            is_under_way: Whether it was sent before, and may be mined whatever the answer is.

        Raises:
            Declined: If the answer is no.
            UsageError: If there is nobody to ask.
        """
        if self._yes:
            return
        click.echo(what, err=True)
        so = "What is under way stays so." if is_under_way else "Nothing was sent."
        refusal: StablecoinError = Declined("Declined.", hint=so)
        try:
            if click.confirm("Go ahead?", err=True):
                return
        except click.Abort as abort:
            click.echo(err=True)  # what is said next stands on a line of its own
            if isinstance(abort.__context__, KeyboardInterrupt):
                raise
            refusal = UsageError("Nobody answered.", hint=f"{so} Add --yes to go on without asking.")
        if is_under_way:
            refusal.moved = Moved.UNKNOWN
        raise refusal


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
