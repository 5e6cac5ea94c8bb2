"""The words of the tests about plans: coins as they are described, by ten people, most with one role each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from stablecoin_tools.deployment import CoinSpec, DeploymentRecords, Plan, apply_network, make_plan
from stablecoin_tools.deployment.description import CoinDescription, Description, LimitDescription
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import TransactionManager
from tests.world import IMPATIENT, PEOPLE

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.chain import LocalChain
    from stablecoin_tools.deployment import Planned, Readiness
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.testing import AnvilChain
    from tests.world import World

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOLDERS = {
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


@dataclass(frozen=True)
class Site:
    """A chain, its records, and the people who sign there."""

    chain: Any  # a LocalChain or an AnvilChain
    records: DeploymentRecords
    transactions: TransactionManager
    signers: dict[str, Signer]

    def address(self, person: str) -> Address:
        return self.signers[person].address

    def nonces(self) -> list[int]:
        """How many transactions each person has sent."""
        return [self.chain.nonce(signer.address) for signer in self.signers.values()]

    def keys(self, *people: str) -> dict[Address, Signer]:
        """The signers of these people, or of all."""
        return {self.address(person): self.signers[person] for person in people or self.signers}

    def describe(self, *currencies: str, **changes: Any) -> Description:
        """A description of a coin for each of these currencies, all alike."""
        name = self.chain.network.name
        coins = {f"X{currency}": self.coin(currency, **changes) for currency in currencies}
        addresses = {person: signer.address for person, signer in self.signers.items()}
        return Description(coins, (name,), addresses, {})

    def coin(self, currency: str, **changes: Any) -> CoinDescription:
        roles = {role: (self.address(person),) for role, person in HOLDERS.items()}
        spec = CoinSpec(
            name=f"Example {currency}",
            symbol=f"X{currency}",
            currency=currency,
            decimals=6,
            admin=self.address("admin"),
            admin_delay_seconds=3600,
            supply_cap=1_000_000_000,
            mint_limit=10_000_000,
            mint_limit_refill_per_day=10_000_000,
            roles=roles,
        )
        coin = CoinDescription(
            spec=spec,
            networks=(self.chain.network.name,),
            minters={self.address("minter"): limit(spec, 1_000_000, 5)},
            bridges={},
            contract_uri="",
            is_allowlist_only=False,
            reserve_feed=None,
            paused=None,
            blacklist=None,
            verified=None,
        )
        return replace(coin, **changes)

    def plan(self, description: Description) -> Planned:
        return make_plan(
            description,
            {self.chain.network.name: self.chain},
            self.records,
            now=NOW,
            valid_for=timedelta(hours=1),
        )

    def apply(self, plan: Plan, *people: str, announce: Any = lambda _: None) -> Readiness:
        """Applies a plan by these people, or by all."""
        (network,) = plan.networks
        return apply_network(
            plan,
            network,
            self.chain,
            signers=self.keys(*people),
            transactions=self.transactions,
            records=self.records,
            announce=announce,
        )

    def found(self, symbol: str) -> Stablecoin:
        record = self.records.find(self.chain.network.chain_id, symbol)
        assert record is not None
        return Stablecoin(self.chain, record.address, transactions=self.transactions)

    def by_hand(self, symbol: str, person: str, build: Any) -> None:
        """Somebody changes something, without any plan: `build` is given the coin."""
        coin = self.found(symbol)
        coin.send(build(coin), signer=self.signers[person])


def limit(spec: CoinSpec, capacity: int, refill_per_second: int) -> LimitDescription:
    def tokens(count: int) -> Amount:
        from stablecoin_tools.amounts import Denomination

        return Denomination(spec.symbol, spec.decimals).amount(count)

    return LimitDescription(tokens(capacity), tokens(refill_per_second))


def site_on(chain: LocalChain | AnvilChain, folder: Path) -> Site:
    """A place where nothing is deployed yet."""
    signers = {person: development_signer(index, chain.network) for index, person in enumerate(PEOPLE)}
    return Site(chain, DeploymentRecords(folder), TransactionManager(chain, waiting=IMPATIENT), signers)


def site_of(world: World, folder: Path) -> Site:
    """A place on a chain of the tests."""
    return Site(world.chain, DeploymentRecords(folder), world.transactions, world.signers)


def facts_changed(planned: Planned) -> set[str]:
    """Which facts a plan changes, with their coins."""
    steps = [step for network in planned.plan.networks for step in network.steps]
    return {f"{step.coin}: {change.fact}" for step in steps for change in step.changes}
