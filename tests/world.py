"""The words of the tests: a chain, a coin on it, and ten people, most with one role each."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stablecoin_tools.deployment import CoinSpec, deploy
from stablecoin_tools.errors import Reverted
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import TransactionManager, WaitPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain, LocalChain, Receipt
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.testing import AnvilChain
    from stablecoin_tools.token import Event

# Who is who among the funded development accounts. Nobody mints or bridges at first: those roles come with a limit.
PEOPLE = (
    "admin",
    "minter_admin",
    "minter",  # mints, and burns what it holds
    "blacklister",
    "unblacklister",  # decides what becomes of blacklisted accounts: sets them free, or seizes
    "pauser",
    "unpauser",  # verifies accounts too
    "upgrader",  # rescues too
    "alice",  # alice and bob hold coins and no role
    "bob",
)
ROLES = {
    Role.MINTER_ADMIN_ROLE: "minter_admin",
    Role.BURNER_ROLE: "minter",
    Role.BLACKLISTER_ROLE: "blacklister",
    Role.UNBLACKLISTER_ROLE: "unblacklister",
    Role.SEIZER_ROLE: "unblacklister",
    Role.VERIFIER_ROLE: "unpauser",
    Role.PAUSER_ROLE: "pauser",
    Role.UNPAUSER_ROLE: "unpauser",
    Role.RESCUER_ROLE: "upgrader",
    Role.UPGRADER_ROLE: "upgrader",
}
IMPATIENT = WaitPolicy(poll_seconds=0.05, bump_after_seconds=20, timeout_seconds=20, finality_seconds=20)
ADMIN_DELAY_SECONDS = 3600


@dataclass(frozen=True)
class World:
    """A coin of ten people. `world.do(world.coin.calls.mint(...), by="minter")`."""

    chain: Any  # a LocalChain or an AnvilChain: a Chain whose time and state tests may move
    coin: Stablecoin
    transactions: TransactionManager
    signers: dict[str, Signer]

    def address(self, person: str) -> Address:
        return self.signers[person].address

    def do(self, call: Call, *, by: str) -> list[Event]:
        """Sends a call and returns the coin's events."""
        return self.coin.events(self.send(call, by=by))

    def send(self, call: Call, *, by: str, ref: str | None = None) -> Receipt:
        return self.coin.send(call, signer=self.signers[by], ref=ref)

    def give(self, person: str, tokens: int) -> None:
        """Mints tokens for a person, the minter having allowance for just that."""
        amount = self.coin.amount(tokens)
        self.do(self.coin.calls.configure_minter(self.address("minter"), amount), by="minter_admin")
        self.do(self.coin.calls.mint(self.address(person), amount), by="minter")


def signers_of(chain: Chain) -> dict[str, Signer]:
    return {person: development_signer(index, chain.network) for index, person in enumerate(PEOPLE)}


def spec_of(signers: dict[str, Signer], **changes: Any) -> CoinSpec:
    """The coin that tests deploy unless they ask for another."""
    asked: dict[str, Any] = {
        "name": "Test Dollar",
        "symbol": "TUSD",
        "currency": "USD",
        "decimals": 6,
        "admin": signers["admin"].address,
        "admin_delay_seconds": ADMIN_DELAY_SECONDS,
        "roles": {role: (signers[person].address,) for role, person in ROLES.items()},
    }
    return CoinSpec(**{**asked, **changes})


def new_world(chain: LocalChain | AnvilChain) -> World:
    """Deploys the coin on a chain, the public way."""
    signers = signers_of(chain)
    transactions = TransactionManager(chain, waiting=IMPATIENT)
    deployed = deploy(spec_of(signers), chain, signer=signers["admin"], transactions=transactions)
    return World(chain, Stablecoin(chain, deployed.address, transactions=transactions), transactions, signers)


def same_world(world: World) -> World:
    """The same coin with a fresh journal, as another process would open it."""
    transactions = TransactionManager(world.chain, waiting=IMPATIENT)
    coin = Stablecoin(world.chain, world.coin.address, transactions=transactions)
    return World(world.chain, coin, transactions, world.signers)


@contextlib.contextmanager
def reverts(error: type[Reverted], **fields: Any) -> Iterator[None]:
    """Expects this refusal, with at least these fields."""
    try:
        yield
    except error as refused:
        assert {name: getattr(refused, name) for name in fields} == fields  # noqa: PT017  # the fields are the point
        return
    except Reverted as refused:
        raise AssertionError(f"expected {error.__name__}, was refused by {refused}") from refused
    raise AssertionError(f"expected {error.__name__}, but nothing was refused")
