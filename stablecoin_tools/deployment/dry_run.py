"""A plan tried out on a fork: every step as somebody who may send it, and how the coins then stand. It takes no key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.chain import SimulatingChain
from stablecoin_tools.deployment.create2 import DEPLOYER, DEPLOYER_CODE
from stablecoin_tools.deployment.progress import steps_done, tasks_left
from stablecoin_tools.errors import ChainError, DeploymentError, Moved, NotSent, Reverted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stablecoin_tools.chain import Call, Receipt
    from stablecoin_tools.deployment.plans import NetworkPlan, Step
    from stablecoin_tools.deployment.progress import Task

__all__ = ["Fork", "TriedStep", "dry_run"]

_ANYBODY = Address(b"\xda" * 20)


class Fork(SimulatingChain, Protocol):
    """A copy of a chain on which anybody's transaction can be tried; `stablecoin_tools.testing.ForkChain` is one."""

    def send_as(self, sender: Address, call: Call) -> Receipt:
        """Sends a call as an account, and waits until it is mined."""

    def put_code(self, account: Address, code: bytes) -> None:
        """Puts a contract's code at an address."""


@dataclass(frozen=True, slots=True)
class TriedStep:
    """One step, as it went on the fork.

    Attributes:
        index: Which step, counted from 0.
        step: The step.
        sender: As whom it was sent; whoever has gas money can, where that is no holder of a role.
        gas_used: In units of gas.
    """

    index: int
    step: Step
    sender: Address | None
    gas_used: int


def dry_run(network: NetworkPlan, fork: Fork) -> Iterator[TriedStep]:
    """Does the steps that are left on a fork of their chain. Nothing is sent to the chain itself.

    Args:
        network: The plan for the chain.
        fork: A fork of it, which no one else uses.

    Yields:
        Each step as it was done.

    Raises:
        NotSent: If the chain has moved away from what was planned, a step is refused, or nobody may send it.
        DeploymentError: If the coins do not stand as planned in the end.
    """
    for task in tasks_left(network, fork):
        step = task.step
        if step.is_for_deployer:
            fork.put_code(DEPLOYER, DEPLOYER_CODE)
            yield TriedStep(task.index, step, None, 0)
            continue
        sender = _sender(network, task)
        receipt = fork.send_as(sender or _ANYBODY, step.call)
        if not receipt.succeeded:
            raise NotSent(f"{_words(network, task)} is refused: {_why(fork, step, sender or _ANYBODY, receipt)}")
        yield TriedStep(task.index, step, sender, receipt.gas_used)
    done = steps_done(network, fork)
    if done < len(network.steps):
        error = DeploymentError(
            f"On a fork of {network.network}, the coins stand as after {done} steps, not as planned."
        )
        error.moved = Moved.NO
        raise error


def _sender(network: NetworkPlan, task: Task) -> Address | None:
    """Whoever may send a step; None if anybody may."""
    step = task.step
    if step.sender is not None or step.role is None:
        return step.sender
    if not task.holders:
        raise NotSent(f"{_words(network, task)} needs {step.role.name}, which nobody holds then.")
    return parse_address(task.holders[0])


def _words(network: NetworkPlan, task: Task) -> str:
    return f"On a fork of {network.network}, step {task.index + 1}, {task.step.call.description},"


def _why(fork: Fork, step: Step, sender: Address, receipt: Receipt) -> str:
    """Why a step was refused, by asking again what it was refused on."""
    try:
        fork.call(step.call, sender=sender, block=receipt.block_number - 1)
    except (Reverted, ChainError) as error:
        return str(error)
    return "it is not, when it is asked again"
