"""`demo`: the life of a coin in one command."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from stablecoin_tools.cli import show
from stablecoin_tools.cli.command import Command, Declined, common_options
from stablecoin_tools.cli.session import Session
from stablecoin_tools.errors import ConfigError, DeploymentError, Reverted
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain
    from stablecoin_tools.deployment import CoinSpec
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.token import Stablecoin
    from stablecoin_tools.transactions import Journal

__all__ = ["demo"]

_MOST_OF_A_DEPLOYMENT = 4  # transactions
_PEOPLE = ("admin", "minter admin", "minter", "compliance", "guardian", "alice", "bob", "relayer")


@click.command(cls=Command)
@common_options
def demo(network: str | None, *, as_json: bool) -> None:
    """Deploy a coin on a chain in this process and live its life: mint, transfer, settle, seize, pause, burn.

    It needs no key, no network and no compiler. With --network anvil it does the same on a running anvil.

    \b
    Example:  stablecoin demo
    """
    session = Session(network or "local", as_json=as_json)
    if not session.network.is_development:
        raise ConfigError(f"The demo is for development chains, and {session.network.name} is none.")
    try:
        _Demo(session).run()
    except KeyboardInterrupt:
        raise Declined("The demo was interrupted.") from None


class _Demo:
    """The scenario, and what each of its steps cost."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._steps: list[dict[str, Any]] = []
        self._names: dict[str, str] = {}
        self._started_at = time.monotonic()

    def run(self) -> None:
        from stablecoin_tools.transactions import Journal

        self._say("starting a chain")
        chain = self._chain()
        people = self._people()
        self._names = {str(signer.address): person for person, signer in people.items()}
        with Journal() as journal:
            coin = self._deployed(chain, people, journal)
            self._live(coin, people)
        self._summarise(coin, people)

    def _chain(self) -> Chain:
        from stablecoin_tools.chain import LocalChain

        return LocalChain() if self._session.network.name == "local" else self._session.chain

    def _people(self) -> dict[str, Signer]:
        from stablecoin_tools.signers import development_signer

        return {person: development_signer(index, self._session.network) for index, person in enumerate(_PEOPLE)}

    def _deployed(self, chain: Chain, people: dict[str, Signer], journal: Journal) -> Stablecoin:
        from stablecoin_tools.deployment import deploy
        from stablecoin_tools.token import Stablecoin
        from stablecoin_tools.transactions import TransactionManager, chain_name

        transactions = TransactionManager(chain, journal=journal)
        spec = _spec(people, salt=chain.block().number.to_bytes(32, "big"))
        self._say(f"deploying {spec.symbol}: two contracts, proven after")
        deployment = deploy(spec, chain, signer=people["admin"], transactions=transactions)
        for intent in reversed(journal.newest(chain_name(chain), limit=_MOST_OF_A_DEPLOYMENT)):
            self._note(intent.call.description, "admin", intent.receipt.gas_used if intent.receipt else 0)
        return Stablecoin(chain, deployment.address, transactions=transactions)

    def _live(self, coin: Stablecoin, people: dict[str, Signer]) -> None:
        amount, calls = coin.amount, coin.calls
        at = {person: signer.address for person, signer in people.items()}
        deposit, order = self._reference("deposit-1001"), self._reference("court-2026-17")
        for person, call in (
            ("minter admin", calls.configure_minter(at["minter"], amount("1,000,000.00"), amount("10.00"))),
            ("minter", calls.mint(at["alice"], amount("1,250.00"), deposit)),
        ):
            self._do(coin, call, person, people)
        self._refused(coin, calls.mint(at["alice"], amount("1,250.00"), deposit), "minter", people)
        self._do(coin, calls.mint(at["minter"], amount("500.00")), "minter", people)
        self._do(coin, calls.transfer(at["bob"], amount("250.00")), "alice", people)
        self._do(coin, self._signed_payment(coin, people["alice"], at["bob"]), "relayer", people)
        self._do(coin, calls.blacklist(at["bob"]), "compliance", people)
        self._refused(coin, calls.transfer(at["alice"], amount("1.00")), "bob", people)
        self._do(coin, calls.seize(at["bob"], at["admin"], amount("250.00"), order), "compliance", people)
        self._do(coin, calls.pause(), "guardian", people)
        self._refused(coin, calls.transfer(at["compliance"], amount("1.00")), "alice", people)
        self._do(coin, calls.unpause(), "guardian", people)
        self._do(coin, calls.burn(amount("500.00")), "minter", people)

    def _reference(self, text: str) -> bytes:
        from stablecoin_tools.token import reference

        ref = reference(text)
        self._names["0x" + ref.hex()] = text
        return ref

    def _signed_payment(self, coin: Stablecoin, payer: Signer, payee: Address) -> Call:
        from stablecoin_tools.token import TransferAuthorization

        payment = TransferAuthorization(
            sender=payer.address,
            to=payee,
            value=coin.amount("40.00"),
            nonce=secrets.token_bytes(32),
            valid_before=datetime.now(UTC) + timedelta(days=1),
        )
        signature = payer.sign_typed_data(payment.message(coin.eip712_domain()))
        return coin.calls.transfer_with_authorization(payment, signature)

    def _do(self, coin: Stablecoin, call: Call, person: str, people: dict[str, Signer]) -> None:
        receipt = coin.send(call, signer=people[person])
        self._note(call.description, person, receipt.gas_used)

    def _refused(self, coin: Stablecoin, call: Call, person: str, people: dict[str, Signer]) -> None:
        try:
            coin.send(call, signer=people[person])
        except Reverted as error:
            self._note(f"{call.description}: refused, {error}", person, 0, refused_by=type(error).__name__)
        else:
            raise DeploymentError(f"{call.description} should have been refused, and was not.")

    def _note(self, done: str, person: str, gas: int, *, refused_by: str | None = None) -> None:
        for written, name in self._names.items():
            done = done.replace(written, name)
        self._steps.append({"step": done, "by": person, "gas": gas, "refused_by": refused_by})
        self._say(f"{person}: {done}" + (f" ({gas:,} gas)" if gas else ""))

    def _say(self, what: str) -> None:
        click.echo(f"{time.monotonic() - self._started_at:5.1f} s  {what}", err=True)

    def _summarise(self, coin: Stablecoin, people: dict[str, Signer]) -> None:
        balances = {person: coin.balance_of(signer.address) for person, signer in people.items()}
        held = {role.name: [self._names[str(party)] for party in coin.role_members(role)] for role in Role}
        if self._session.as_json:
            summary = {
                "address": coin.address,
                "supply": coin.total_supply(),
                "balances": balances,
                "roles": held,
            }
            show.write_json({**summary, "steps": self._steps})
            return
        click.echo()
        show.table(
            "steps",
            ("by", "what", "gas"),
            [(step["by"], step["step"], f"{step['gas']:,}" if step["gas"] else "-") for step in self._steps],
        )
        show.table("balances", ("", ""), [(person, str(balance)) for person, balance in balances.items() if balance])
        show.table("roles", ("", ""), [(role, ", ".join(holders)) for role, holders in held.items() if holders])
        click.echo(f"supply: {coin.total_supply()}")


def _spec(people: dict[str, Signer], *, salt: bytes) -> CoinSpec:
    from stablecoin_tools.deployment import CoinSpec

    at = {person: signer.address for person, signer in people.items()}
    return CoinSpec(
        name="Example Dollar",
        symbol="USDX",
        currency="USD",
        decimals=6,
        admin=at["admin"],
        admin_delay_seconds=2 * 24 * 3600,
        roles={
            Role.MINTER_ADMIN_ROLE: (at["minter admin"],),
            Role.BURNER_ROLE: (at["minter"],),
            Role.BLACKLISTER_ROLE: (at["compliance"],),
            Role.UNBLACKLISTER_ROLE: (at["admin"],),
            Role.SEIZER_ROLE: (at["compliance"],),
            Role.PAUSER_ROLE: (at["guardian"],),
            Role.UNPAUSER_ROLE: (at["guardian"],),
            Role.UPGRADER_ROLE: (at["admin"],),
        },
        salt=salt,
    )
