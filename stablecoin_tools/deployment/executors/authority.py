"""Whether an executor can do the steps of a plan at all: found out before anything is exported, signed or sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.deployment.create2 import DEPLOYER, DEPLOYER_CODE, create2_address
from stablecoin_tools.errors import ChainError, NotSent, UsageError, WrongChain
from stablecoin_tools.roles import Role
from stablecoin_tools.token import Stablecoin

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain
    from stablecoin_tools.deployment.plans import CoinPlan, NetworkPlan, Plan, Step

__all__ = ["check_steps", "created_by", "receiver", "whole_of"]

_SALT_BYTES: Final = 32


def check_steps(network: NetworkPlan, first: int, *, executor: Address, chain: Chain) -> tuple[Step, ...]:
    """The steps from this one on, each of which the executor can do once those before it are done.

    An executor calls each contract itself, so it must hold what the coin asks for; and whoever calls an address where
    nothing stands is told by no chain that nothing was done, so something must stand there.

    Args:
        network: What the plan does on the chain.
        first: The first step that is left to do, counted from 0.
        executor: Who will call the contracts: a Safe, a timelock, an account.
        chain: What is asked.

    Raises:
        UsageError: If there is no such step, or one that can only be applied directly.
        NotSent: If the executor does not hold a role that a step needs, and gets it by none before it.
        WrongChain: If the chain is another than the plan's.
    """
    if chain.chain_id() != network.chain_id:
        raise WrongChain(f"These steps are for chain {network.chain_id} ({network.network}), not {chain.chain_id()}.")
    if not 0 <= first < len(network.steps):
        raise UsageError(f"The plan has {len(network.steps)} steps on {network.network}: there is no step {first + 1}.")
    batch = _Batch(network, executor, chain)
    for number, step in enumerate(network.steps[first:], first + 1):
        batch.check(number, step)
        batch.apply(step)
    return network.steps[first:]


def whole_of(plan: Plan, part: NetworkPlan) -> NetworkPlan:
    """All that a plan does on the network of a part of it.

    Raises:
        UsageError: If the part is not of this plan.
    """
    for network in plan.networks:
        named_alike = (network.network, network.chain_id) == (part.network, part.chain_id)
        if named_alike and network.up_to(len(part.steps)) == part:
            return network
    raise UsageError(f"These steps on {part.network} are not of plan {plan.hash}.")


def created_by(call: Call) -> Address | None:
    """Where a call of the CREATE2 deployer puts a contract; None of any other call."""
    if call.to != DEPLOYER:
        return None
    return create2_address(call.data[_SALT_BYTES:], call.data[:_SALT_BYTES])


def receiver(call: Call) -> Address:
    """Whom a step calls; a plan's steps all call somebody.

    Raises:
        UsageError: If it is nobody.
    """
    if call.to is None:
        raise UsageError(f"A step without a receiver can only be sent directly: {call.description}.")
    return call.to


@dataclass(slots=True)
class _Batch:
    """What is known before each step: what the chain says, and what the steps before it change of that.

    Attributes:
        created: What the steps so far created.
        held: Whether the executor holds a role, by coin and role, where a step so far decided it.
    """

    network: NetworkPlan
    executor: Address
    chain: Chain
    created: set[Address] = field(default_factory=set)
    held: dict[tuple[Address, Role], bool] = field(default_factory=dict)

    def check(self, number: int, step: Step) -> None:
        """Refuses a step that the executor could not do, or that would do nothing."""
        what = f"Step {number} ({step.call.description})"
        if step.is_for_deployer:
            raise UsageError(
                f"{what} pays for the CREATE2 deployer and publishes its keyless transaction: only a signer can.",
                hint="Apply that step directly first: `stablecoin apply PLAN`. Nothing was sent.",
            )
        self._check_target(what, receiver(step.call))
        if step.sender not in (None, self.executor):
            raise NotSent(f"{what} can be sent by {step.sender} alone, not by {self.executor}.")
        if step.role is not None and not self._holds(step, step.role):
            holders = self._holders(step, step.role)
            raise NotSent(
                f"{what} needs {step.role.name}, which {self.executor} does not hold: {holders}.",
                hint="Grant it first, in a plan of its own, or choose another executor. Nothing was sent.",
            )

    def _check_target(self, what: str, target: Address) -> None:
        code = self.chain.code(target)
        if target not in self.created and not code:
            raise UsageError(
                f"{what} calls {target}, where nothing stands on {self.network.network}: it would do nothing.",
                hint="Apply the steps before it first, or make a new plan. Nothing was sent.",
            )
        if target == DEPLOYER and code != DEPLOYER_CODE:
            raise UsageError(f"{what} calls {target}, where another contract than the CREATE2 deployer stands.")

    def apply(self, step: Step) -> None:
        """Takes in what is different after a step, by its bytes, not by its words."""
        created = created_by(step.call)
        if created is not None:
            self.created.add(created)
            self._initialize(created)
        elif step.call.to == self._coin(step).address:
            entry, arguments = coin_abi().decode_call(step.call.data)
            self._change(self._coin(step).address, entry.name, arguments)

    def _initialize(self, created: Address) -> None:
        for coin in self.network.coins.values():
            if coin.address == created and coin.spec is not None:
                holders = {**coin.spec.roles, Role.DEFAULT_ADMIN_ROLE: (coin.spec.admin,)}
                self.held |= {(created, role): self.executor in holders.get(role, ()) for role in Role}

    def _change(self, coin: Address, function: str, arguments: tuple[Any, ...]) -> None:
        if function in ("grantRole", "revokeRole", "renounceRole"):
            identifier, party = arguments
            role = next((role for role in Role if role.identifier == identifier), None)
            is_held = function == "grantRole"
        elif function in ("configureMinter", "removeMinter", "configureBridge", "removeBridge"):
            role = Role.MINTER_ROLE if function.endswith("Minter") else Role.BRIDGE_ROLE
            party, is_held = arguments[0], function.startswith("configure")
        elif function == "acceptDefaultAdminTransfer":
            role, party, is_held = Role.DEFAULT_ADMIN_ROLE, self.executor, True
        else:
            return
        if role is not None and party == self.executor:
            self.held[coin, role] = is_held

    def _holds(self, step: Step, role: Role) -> bool:
        coin = self._coin(step).address
        if (coin, role) not in self.held:
            self.held[coin, role] = Stablecoin(self.chain, coin).has_role(role, self.executor)
        return self.held[coin, role]

    def _holders(self, step: Step, role: Role) -> str:
        coin = self._coin(step)
        try:
            holders = self._read_holders(coin, role)
        except ChainError:
            return "the node does not say who does"
        return f"held by {', '.join(map(str, holders))}" if holders else "nobody does"

    def _read_holders(self, coin: CoinPlan, role: Role) -> tuple[Address, ...]:
        if coin.address in self.created and coin.spec is not None:
            return (coin.spec.admin,) if role is Role.DEFAULT_ADMIN_ROLE else tuple(coin.spec.roles.get(role, ()))
        client = Stablecoin(self.chain, coin.address, created_in_block=coin.created_in_block)
        return (client.default_admin(),) if role is Role.DEFAULT_ADMIN_ROLE else client.role_members(role)

    def _coin(self, step: Step) -> CoinPlan:
        return self.network.coins[step.coin]
