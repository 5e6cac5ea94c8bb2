"""From a description of coins and the chains as they are to a plan. Chains are read; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.amounts import Denomination
from stablecoin_tools.deployment.create2 import DEPLOYER, deployer_call, deployer_payment
from stablecoin_tools.deployment.creation import check_record
from stablecoin_tools.deployment.creation import plan as plan_creation
from stablecoin_tools.deployment.facts import (
    LISTS,
    THERE,
    code_fact,
    creation_facts,
    feed_text,
    limit_fact,
    limit_text,
    read_facts,
)
from stablecoin_tools.deployment.plans import Change, CoinPlan, NetworkPlan, Plan, Step
from stablecoin_tools.deployment.steps import StepBuilder, in_order
from stablecoin_tools.errors import ConfigError, Reverted
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import Stablecoin, StablecoinCalls

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.creation import DeploymentPlan
    from stablecoin_tools.deployment.description import CoinDescription, Description
    from stablecoin_tools.deployment.plans import Facts
    from stablecoin_tools.deployment.records import DeploymentRecords

__all__ = ["Planned", "Remark", "left_alone", "make_plan", "wanted_facts"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What is not as the file says, and no step of a plan mends.

    Attributes:
        network: The chain's name.
        coin: The coin's symbol.
        words: What, and what to do.
    """

    network: str
    coin: str
    words: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what it leaves as it is.

    Attributes:
        plan: What will be done.
        remarks: What is not as the file says all the same.
    """

    plan: Plan
    remarks: tuple[Remark, ...]

    @property
    def is_as_described(self) -> bool:
        """Whether everything stands as the file says."""
        return self.plan.is_empty and not self.remarks


def make_plan(
    description: Description,
    chains: Mapping[str, Chain],
    records: DeploymentRecords,
    *,
    now: datetime,
    valid_for: timedelta,
) -> Planned:
    """Compares a description with the chains.

    Args:
        description: How the coins should be.
        chains: The chains to look at, by the names of their networks.
        records: Where the coins that were created are recorded.
        now: The present time, with a time zone.
        valid_for: How long the plan may be applied.

    Raises:
        ConfigError: If a record does not fit its coin, the file counts a coin otherwise than the chain does, or two
            networks are one chain.
        StablecoinError: If a chain cannot be read, or a record is none.
    """
    networks, remarks = [], []
    if len({chain.network.chain_id for chain in chains.values()}) < len(chains):
        raise ConfigError("Two networks of the file are one chain.", hint="Leave one of them out.")
    for name, chain in chains.items():
        looked_at = chain.block().number
        described = {symbol: coin for symbol, coin in description.coins.items() if name in coin.networks}
        coins = {symbol: _CoinOnChain.find(coin, chain, records) for symbol, coin in described.items()}
        steps: list[Step] = []
        for symbol, coin in coins.items():
            more, words = coin.steps(chain)
            steps += more
            remarks += [Remark(name, symbol, each) for each in words]
        plans = {symbol: coin.as_plan() for symbol, coin in coins.items()}
        ordered = (*_creations(list(coins.values()), chain), *in_order(steps))
        networks.append(NetworkPlan(name, chain.network.chain_id, plans, ordered, looked_at))
    return Planned(Plan(tuple(networks), now, now + valid_for), tuple(remarks))


def wanted_facts(coin: CoinDescription, implementation: Address) -> Facts:
    """How a coin should stand, by its description; what the file does not speak of is not there.

    Args:
        coin: The description.
        implementation: This release's implementation, which is wanted where the description names no other.
    """
    facts = creation_facts(coin.spec, coin.implementation or implementation)
    facts["lane"] = "closed" if coin.is_lane_closed else "open"
    facts |= {
        limit_fact(role, holder): limit_text(limit.capacity.base_units, limit.refill_per_second.base_units)
        for role, limits in ((Role.MINTER_ROLE, coin.minters), (Role.BRIDGE_ROLE, coin.bridges))
        for holder, limit in limits.items()
    }
    if coin.contract_uri:
        facts["contract_uri"] = coin.contract_uri
    if coin.is_allowlist_only:
        facts["allowlist_only"] = "on"
    if coin.reserve_feed:
        facts["reserve_feed"] = feed_text(coin.reserve_feed)
    facts |= {f"paused.{scope}": "paused" for scope in (coin.paused or PauseScope(0)).names()}
    facts |= {f"blacklisted.{account}": "yes" for account in coin.blacklist or ()}
    return facts | {f"verified.{account}": "yes" for account in coin.verified or ()}


def left_alone(coin: CoinDescription) -> tuple[str, ...]:
    """The kinds of facts of which the file says nothing, so that nothing is wanted."""
    said = {"paused": coin.paused, "blacklisted": coin.blacklist, "verified": coin.verified}
    return tuple(kind for kind, value in said.items() if value is None)


@dataclass(frozen=True, slots=True)
class _CoinOnChain:
    """A described coin as it is found on one chain: there, or to be created."""

    description: CoinDescription
    address: Address
    creation: DeploymentPlan
    facts: Facts
    created_in_block: int

    @classmethod
    def find(cls, coin: CoinDescription, chain: Chain, records: DeploymentRecords) -> _CoinOnChain:
        symbol, chain_id = coin.spec.symbol, chain.network.chain_id
        here = records.find(chain_id, symbol)
        # Elsewhere it may have been created by an older file: as then, it has the same address here.
        first = here or next(iter(records.of_symbol(symbol)), None)
        creation = plan_creation(first.spec() if first else coin.spec)
        if first is not None:
            check_record(first, chain if first is here else None)
        if first is not None and here is None and creation.coin != first.address:
            raise ConfigError(
                f"{symbol} stands at {first.address} on chain {first.chain_id}, created by another release; this one "
                f"would put it at {creation.coin} on {chain.network.name}.",
                hint="Create it there by the release that created it first. Nothing was sent.",
            )
        address, block = (here.address, here.block_number) if here else (creation.coin, 0)
        if not chain.code(address):
            return cls(coin, creation.coin, creation, {}, chain.block().number)
        lists = [name for name in LISTS if name not in left_alone(coin)]
        try:
            facts = read_facts(Stablecoin(chain, address, created_in_block=block), lists=lists)
        except Reverted as error:
            raise ConfigError(
                f"{symbol} at {address} on {chain.network.name} does not answer as a coin does: {error}",
                hint=f"Trust nothing of it before `stablecoin verify --coin {symbol}` says what stands there.",
            ) from error
        _check_denomination(coin, facts, chain)
        return cls(coin, address, creation, facts, block)

    @property
    def is_there(self) -> bool:
        return bool(self.facts)

    @property
    def denomination(self) -> Denomination:
        return Denomination(self.description.spec.symbol, self.description.spec.decimals)

    @property
    def after_creation(self) -> Facts:
        return self.facts or creation_facts(self.creation.spec, self.creation.implementation)

    def steps(self, chain: Chain) -> tuple[tuple[Step, ...], tuple[str, ...]]:
        """What follows once it is there."""
        calls = StablecoinCalls(self.address, self.denomination)
        builder = StepBuilder(calls, self.denomination, can_accept=self._can_accept(chain))
        wanted = wanted_facts(self.description, self.creation.implementation)
        return builder.between(self.after_creation, wanted, left_alone=left_alone(self.description))

    def as_plan(self) -> CoinPlan:
        """The coin as a plan has it."""
        spec = None if self.is_there else self.creation.spec
        symbol, decimals = self.denomination.symbol, self.denomination.decimals
        return CoinPlan(symbol, decimals, self.address, self.facts, self.created_in_block, spec)

    def _can_accept(self, chain: Chain) -> bool:
        if "pending_admin" not in self.facts:
            return False
        pending = Stablecoin(chain, self.address).pending_default_admin()
        return pending is not None and pending.acceptable_after.timestamp() < chain.block().timestamp


def _check_denomination(coin: CoinDescription, facts: Facts, chain: Chain) -> None:
    """All amounts of the file are counted by it, and nothing can change it."""
    told = (coin.spec.symbol, str(coin.spec.decimals))
    if (facts["symbol"], facts["decimals"]) != told:
        raise ConfigError(
            f"The file has {told[0]} with {told[1]} decimals; on {chain.network.name} it is {facts['symbol']} with "
            f"{facts['decimals']}, for good.",
            hint="Mend the file: its amounts would be counted otherwise than they are meant.",
        )


def _creations(coins: list[_CoinOnChain], chain: Chain) -> list[Step]:
    """The steps that create what is missing: the deployer and the implementation once, then each coin."""
    missing = [coin for coin in coins if not coin.is_there]
    if not missing:
        return []
    steps: list[Step] = []
    first = missing[0]
    symbol, implementation = first.denomination.symbol, first.creation.implementation
    if not chain.code(DEPLOYER):
        payment = deployer_payment(chain) or deployer_call(0)
        steps.append(Step(symbol, payment, (Change(code_fact(DEPLOYER), None, THERE),)))
    if not chain.code(implementation):
        created = Change(code_fact(implementation), None, THERE)
        steps.append(Step(symbol, first.creation.create_implementation, (created,)))
    for coin in missing:
        changes = tuple(Change(fact, None, value) for fact, value in sorted(coin.after_creation.items()))
        steps.append(Step(coin.denomination.symbol, coin.creation.create_coin, changes))
    return steps
