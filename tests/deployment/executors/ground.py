"""Where plans are tried: a chain with a coin's implementation on it, and a plan for another coin of an executor's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stablecoin_tools import deployment
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.artifacts import Abi
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.facts import HELD, creation_facts, limit_fact, limit_text, read_facts, role_fact
from stablecoin_tools.deployment.plans import Change, CoinPlan, NetworkPlan, Plan, Step
from stablecoin_tools.deployment.steps import StepBuilder
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import Stablecoin, StablecoinCalls
from tests.world import ADMIN_DELAY_SECONDS, World, spec_of

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Receipt
    from stablecoin_tools.deployment import CoinSpec

MADE_AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
PACKAGES = Path(__file__).resolve().parents[3] / "contracts" / "node_modules"


class Built:
    """A contract as its npm package has it built."""

    def __init__(self, path: str) -> None:
        written = json.loads((PACKAGES / path).read_text())
        self.abi = Abi(written["abi"])
        self.bytecode = bytes.fromhex(written["bytecode"][2:])

    def read(self, chain: Any, address: Address, function: str, *arguments: Any) -> Any:
        answer = chain.call(Call(address, self.abi.encode_call(function, *arguments)))
        return self.abi.decode_answer(function, answer)


def spec_for(world: World, executor: Address, **roles: Address) -> CoinSpec:
    """A coin whose admin and minter admin the executor is."""
    held = {Role.MINTER_ADMIN_ROLE: (executor,), **{Role[name]: (holder,) for name, holder in roles.items()}}
    return spec_of(world.signers, name="Planned Dollar", symbol="PLAN", admin=executor, roles=held)


def plan_for(world: World, executor: Address, *, minutes: int = 60) -> Plan:
    """Six steps: a coin is created, and what needs its roles follows; the fifth gives the one that the sixth needs."""
    spec, tokens = spec_for(world, executor), Denomination("PLAN", 6)
    planned = deployment.plan(spec)
    facts = creation_facts(spec, planned.implementation)
    builder = StepBuilder(StablecoinCalls(planned.coin, tokens), tokens)
    alice, bob = world.address("alice"), world.address("bob")
    steps = (
        Step("PLAN", planned.create_coin, tuple(Change(fact, None, facts[fact]) for fact in sorted(facts))),
        builder.step(Change(role_fact(Role.PAUSER_ROLE, alice), None, HELD)),
        builder.step(Change(limit_fact(Role.MINTER_ROLE, bob), None, limit_text(10**9, 0))),
        builder.step(Change("supply_cap", facts["supply_cap"], str(2 * 10**15))),
        builder.step(Change(role_fact(Role.VERIFIER_ROLE, executor), None, HELD)),
        builder.step(Change(f"verified.{alice}", None, "yes")),
    )
    return plan_of(world, steps, CoinPlan("PLAN", 6, planned.coin, {}, spec=spec), minutes=minutes)


def plan_of(world: World, steps: tuple[Step, ...], coin: CoinPlan, *, minutes: int = 60) -> Plan:
    network = world.chain.network
    coins = {coin.symbol: coin}
    return Plan(
        (NetworkPlan(network.name, network.chain_id, coins, steps),), MADE_AT, MADE_AT + timedelta(minutes=minutes)
    )


def existing(world: World) -> CoinPlan:
    """The coin of the world, as a plan that does not create it has it."""
    return CoinPlan("TUSD", 6, world.coin.address, read_facts(world.coin, lists=()))


def pausing(world: World) -> tuple[Step, ...]:
    """Three steps that need one role: each scope of the world's coin is paused."""
    builder = StepBuilder(world.coin.calls, world.coin.denomination)
    return tuple(builder.step(Change(f"paused.{scope}", None, "paused")) for scope in PauseScope.ALL.names())


def step_of(world: World, call: Call, role: Role | None = None, sender: Address | None = None) -> Step:
    """A step about the coin of the world."""
    del world
    return Step("TUSD", call, (), role, sender)


def standing(world: World, plan: Plan) -> dict[str, str]:
    """All that is to be read of the planned coin."""
    coin = Stablecoin(world.chain, plan.networks[0].coins["PLAN"].address)
    assert coin.default_admin_delay_seconds() == ADMIN_DELAY_SECONDS
    return read_facts(coin)


def done_directly(world: World, plan: Plan, executor: Address) -> dict[str, str]:
    """How the coin stands once the executor itself has sent each step, which is then undone."""
    chain = world.chain
    snapshot = chain.take_snapshot()
    chain.set_balance(executor, 10**20)
    chain.ask("anvil_impersonateAccount", str(executor))
    for step in plan.networks[0].steps:
        fields = {"from": str(executor), "to": str(step.call.to), "data": "0x" + step.call.data.hex()}
        assert mined(world, chain.ask("eth_sendTransaction", {**fields, "gas": hex(8_000_000)})).succeeded
    chain.ask("anvil_stopImpersonatingAccount", str(executor))
    facts = standing(world, plan)
    chain.revert_to(snapshot)
    return facts


def mined(world: World, transaction_hash: str) -> Receipt:
    """The receipt, which anvil has a moment after it took the transaction."""
    while (receipt := world.chain.receipt(transaction_hash)) is None:
        pass
    assert receipt is not None
    return receipt  # type: ignore[no-any-return]  # the chain is of any kind
