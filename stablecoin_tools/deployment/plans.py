"""A plan: what will be done on which chains, and how each coin will stand after. Values only; nothing is asked or sent.

A plan is a file for people to read, sign off and hand on, so it says everything twice: what each call is in words, and
its bytes. `plan_reading` reads it back, and believes neither.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.deployment.create2 import DEPLOYER, KEYLESS_SIGNER
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from stablecoin_tools.artifacts import Abi
    from stablecoin_tools.chain import Call
    from stablecoin_tools.deployment.spec import CoinSpec

__all__ = ["LONGEST_VALIDITY", "VERSION", "Change", "CoinPlan", "Facts", "NetworkPlan", "Plan", "Step", "decoded_call"]

Facts = dict[str, str]
"""How a coin stands, one text for each fact; what does not hold is absent. `facts.py` says which there are."""

LONGEST_VALIDITY: Final = timedelta(days=30)
"""How long a plan may be applied at most."""

VERSION: Final = 1
"""Of the file's form."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that a step changes.

    Attributes:
        fact: Which.
        before: How it is before the step; None if it is not there.
        after: How it is after; None if it is gone.
    """

    fact: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction.

    Attributes:
        coin: The symbol of the coin that it is about.
        call: What is asked of which contract; its description says it in words, amounts in tokens.
        changes: What is different after it.
        role: What the sender must hold; None if anybody may send it.
        sender: The only account that may send it; None if any holder of the role may.
    """

    coin: str
    call: Call
    changes: tuple[Change, ...]
    role: Role | None = None
    sender: Address | None = None

    @property
    def is_for_deployer(self) -> bool:
        """Whether it pays for the CREATE2 deployer, which is then published: `ensure_deployer` does both."""
        return self.call.to == KEYLESS_SIGNER

    def applied_to(self, facts: Facts) -> Facts:
        """The facts once the step is done."""
        after = {**facts, **{change.fact: change.after for change in self.changes if change.after is not None}}
        gone = {change.fact for change in self.changes if change.after is None}
        return {fact: value for fact, value in after.items() if fact not in gone}


@dataclass(frozen=True, slots=True)
class CoinPlan:
    """A coin of a plan on one chain.

    Attributes:
        symbol: Its ticker.
        decimals: How many decimals one token has.
        address: Where it is, or will be.
        before: How it stands as the plan is made; empty if it is not there.
        created_in_block: From where on it has a history, at the earliest.
        spec: As what it is created; None if it is there.
    """

    symbol: str
    decimals: int
    address: Address
    before: Facts
    created_in_block: int = 0
    spec: CoinSpec | None = None


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """What a plan does on one chain.

    Attributes:
        network: The chain's name.
        chain_id: Its EIP-155 chain id.
        coins: The coins that it is about, by symbol.
        steps: What is done, in this order.
        as_of_block: The block after which the coins were looked at: a stop that came later is lifted by no step.
    """

    network: str
    chain_id: int
    coins: Mapping[str, CoinPlan]
    steps: tuple[Step, ...]
    as_of_block: int = 0

    def standings(self) -> Iterator[Mapping[str, Facts]]:
        """How each coin stands, by symbol: before the first step, then after each."""
        facts: dict[str, Facts] = {symbol: dict(coin.before) for symbol, coin in self.coins.items()}
        yield facts
        for step in self.steps:
            facts = {**facts, step.coin: step.applied_to(facts[step.coin])}
            yield facts

    def facts_after(self, count: int) -> Mapping[str, Facts]:
        """How each coin stands, by symbol, once the first so many steps are done."""
        return next(islice(self.standings(), count, None))

    def up_to(self, count: int) -> NetworkPlan:
        """Its first so many steps alone; each is still sent under the reference that it has in the whole."""
        return replace(self, steps=self.steps[:count])


@dataclass(frozen=True)
class Plan:
    """What will be done, on every chain that it names.

    Attributes:
        networks: What is done where.
        made_at: When it was made; with a time zone.
        expires_at: From when on it is not applied any more; with a time zone.
    """

    networks: tuple[NetworkPlan, ...]
    made_at: datetime
    expires_at: datetime

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not any(network.steps for network in self.networks)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of all that it says, as hex; steps are sent under it, so none is done twice."""
        return hashlib.sha256(_canonical(self._content()).encode()).hexdigest()

    def reference(self, network: NetworkPlan, index: int) -> str:
        """Under which reference a step is sent, counted from 0."""
        return f"plan-{self.hash[:32]}-{network.chain_id}-{index + 1:03}"

    def as_json(self) -> dict[str, Any]:
        """The plan as it is written to a file, with its hash."""
        return {**self._content(), "hash": self.hash}

    def as_text(self) -> str:
        """The plan as it is written to a file: the same plan has the same bytes."""
        return json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n"

    def _content(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "made_at": self.made_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
            "networks": [_network_json(network) for network in self.networks],
        }


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _network_json(network: NetworkPlan) -> dict[str, Any]:
    after = network.facts_after(len(network.steps))
    return {
        "network": network.network,
        "chain_id": network.chain_id,
        "as_of_block": network.as_of_block,
        "coins": {symbol: _coin_json(coin, after[symbol]) for symbol, coin in network.coins.items()},
        "steps": [_step_json(step, network.coins[step.coin]) for step in network.steps],
    }


def _coin_json(coin: CoinPlan, after: Facts) -> dict[str, Any]:
    return {
        "decimals": coin.decimals,
        "address": str(coin.address),
        "created_in_block": coin.created_in_block,
        "before": dict(sorted(coin.before.items())),
        "after": dict(sorted(after.items())),
        "created_as": None if coin.spec is None else _spec_json(coin.spec),
    }


def _step_json(step: Step, coin: CoinPlan) -> dict[str, Any]:
    function, arguments = decoded_call(step.call, coin)
    return {
        "coin": step.coin,
        "description": step.call.description,
        "to": str(step.call.to),
        "function": function,
        "arguments": arguments,
        "value_wei": step.call.value_wei,
        "data": "0x" + step.call.data.hex(),
        "needs": step.role.name if step.role else None,
        "sender": str(step.sender) if step.sender else None,
        "changes": [{"fact": one.fact, "before": one.before, "after": one.after} for one in step.changes],
    }


def decoded_call(call: Call, coin: CoinPlan) -> tuple[str | None, dict[str, str]]:
    """The function that a step's bytes call, and its arguments by name, numbers in base units.

    Of a creation, its salt and the length of its code; of a plain payment, nothing.
    """
    abi: Abi = coin_abi()
    if call.to == DEPLOYER:
        return "create", {"salt": "0x" + call.data[:32].hex(), "creation_code_bytes": str(len(call.data) - 32)}
    if call.to != coin.address:
        return None, {}
    entry, arguments = abi.decode_call(call.data)
    return entry.signature, {name: _shown(value) for (name, _), value in zip(entry.inputs, arguments, strict=True)}


def _shown(value: Any) -> str:
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value)


def _spec_json(spec: CoinSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "symbol": spec.symbol,
        "currency": spec.currency,
        "decimals": spec.decimals,
        "admin": str(spec.admin),
        "admin_delay_seconds": spec.admin_delay_seconds,
        "supply_cap": spec.supply_cap,
        "mint_limit": spec.mint_limit,
        "mint_limit_refill_per_day": spec.mint_limit_refill_per_day,
        "roles": {role.name: [str(party) for party in spec.roles[role]] for role in Role if role in spec.roles},
        "salt": "0x" + spec.salt.hex(),
    }
