"""The steps of a plan through an OpenZeppelin TimelockController: scheduled, and after its delay done, all or none.

How far it has come stands on the chain alone: whoever runs it again does what is next, or learns when that can be done.

Source: OpenZeppelin Contracts, governance/TimelockController.sol.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.artifacts import Abi
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.executors.authority import check_steps, receiver, whole_of
from stablecoin_tools.deployment.progress import steps_done
from stablecoin_tools.errors import ConfigError, DeploymentError, Moved, NotSent, Reverted, StablecoinError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stablecoin_tools.chain import Chain, Receipt
    from stablecoin_tools.deployment.plans import NetworkPlan, Plan
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions import TransactionManager

__all__ = [
    "TimelockOperation",
    "TimelockStage",
    "TimelockState",
    "advance_timelock",
    "check_executed",
    "timelock_operation",
    "timelock_state",
]

_BATCH: Final = (
    ("targets", "address[]"),
    ("values", "uint256[]"),
    ("payloads", "bytes[]"),
    ("predecessor", "bytes32"),
    ("salt", "bytes32"),
)


def _function(name: str, inputs: Sequence[tuple[str, str]], *outputs: str) -> Mapping[str, Any]:
    parameters = [{"name": parameter, "type": kind} for parameter, kind in inputs]
    return {"type": "function", "name": name, "inputs": parameters, "outputs": [{"type": kind} for kind in outputs]}


_OPERATION: Final = (("id", "bytes32"),)
_ABI: Final = Abi(
    [
        _function("scheduleBatch", (*_BATCH, ("delay", "uint256"))),
        _function("executeBatch", _BATCH),
        _function("hashOperationBatch", _BATCH, "bytes32"),
        _function("isOperationPending", _OPERATION, "bool"),
        _function("isOperationReady", _OPERATION, "bool"),
        _function("isOperationDone", _OPERATION, "bool"),
        _function("getTimestamp", _OPERATION, "uint256"),
        _function("getMinDelay", (), "uint256"),
        _function("PROPOSER_ROLE", (), "bytes32"),
        _function("EXECUTOR_ROLE", (), "bytes32"),
        _function("hasRole", (("role", "bytes32"), ("account", "address")), "bool"),
    ]
)
_NO_PREDECESSOR: Final = bytes(32)


class TimelockStage(enum.Enum):
    """How far an operation of a timelock has come."""

    UNSCHEDULED = "nobody scheduled it, or it was cancelled"
    WAITING = "scheduled; its delay is not over"
    READY = "its delay is over: it can be executed"
    DONE = "executed"


@dataclass(frozen=True, slots=True)
class TimelockState:
    """How an operation stands on the chain.

    Attributes:
        stage: How far it has come.
        ready_at: From when on it can be executed; None if it is not scheduled, or done.
        receipt: Of what was sent just now; None if nothing was.
    """

    stage: TimelockStage
    ready_at: datetime | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class TimelockOperation:
    """Steps of a plan as one operation of a timelock. Its two calls may also be exported, for a Safe to send.

    Attributes:
        timelock: Where the timelock is.
        id: The operation's name on the chain.
        delay_seconds: The least delay of the timelock, after which it can be executed.
        schedule: The call by which a proposer schedules it.
        execute: The call by which an executor has it done.
        schedule_reference: Under which reference it is scheduled.
        execute_reference: Under which reference it is executed.
        network: All that the plan does on the chain.
        steps_after: How many of its steps are done once the operation is executed.
    """

    timelock: Address
    id: bytes
    delay_seconds: int
    schedule: Call
    execute: Call
    schedule_reference: str
    execute_reference: str
    network: NetworkPlan
    steps_after: int


def timelock_operation(
    plan: Plan, network: NetworkPlan, *, timelock: Address, chain: Chain, first: int = 0
) -> TimelockOperation:
    """The steps of a plan from one on, as an operation of a timelock. Nothing is sent.

    The salt is the plan's hash: the same steps of another plan are another operation.

    Args:
        plan: The plan.
        network: What it does on the chain of the timelock.
        timelock: The timelock's address.
        chain: Where it is.
        first: The first step of the operation, counted from 0; the same again, as long as it is under way.

    Raises:
        UsageError: If there is no timelock there, or a step that none can do, or the steps are not of the plan.
        NotSent: If the timelock does not hold a role that a step needs, and gets it by none before it, unless all
            is done.
        ChainError: If the chain cannot be read.
    """
    steps = network.steps[first:] if first >= 0 else ()
    if not steps:
        raise UsageError(f"The plan has {len(network.steps)} steps on {network.network}: there is no step {first + 1}.")
    batch = (
        [receiver(step.call) for step in steps],
        [step.call.value_wei for step in steps],
        [step.call.data for step in steps],
        _NO_PREDECESSOR,
        bytes.fromhex(plan.hash),
    )
    identifier, delay_seconds = _read_timelock(chain, timelock, batch)
    words = f"steps {first + 1} to {len(network.steps)} of plan {plan.hash[:8]}"
    operation = TimelockOperation(
        timelock=timelock,
        id=identifier,
        delay_seconds=delay_seconds,
        schedule=Call(
            timelock,
            _ABI.encode_call("scheduleBatch", *batch, delay_seconds),
            description=f"schedule {words} in the timelock {timelock}, for {delay_seconds:,} seconds from then",
        ),
        execute=Call(
            timelock,
            _ABI.encode_call("executeBatch", *batch),
            value_wei=sum(step.call.value_wei for step in steps),
            description=f"execute {words} through the timelock {timelock}",
        ),
        schedule_reference=f"{plan.reference(network, first)}-schedule",
        execute_reference=f"{plan.reference(network, first)}-execute",
        network=whole_of(plan, network),
        steps_after=len(network.steps),
    )
    if timelock_state(operation, chain).stage is not TimelockStage.DONE:  # afterwards the roles may be others
        check_steps(network, first, executor=timelock, chain=chain)
    return operation


def timelock_state(operation: TimelockOperation, chain: Chain) -> TimelockState:
    """How an operation stands on the chain.

    Raises:
        ChainError: If the chain cannot be read.
    """

    def answers(name: str) -> Any:
        return _read(chain, operation.timelock, name, operation.id)

    if answers("isOperationDone"):
        return TimelockState(TimelockStage.DONE)
    is_ready = answers("isOperationReady")
    if not is_ready and not answers("isOperationPending"):
        return TimelockState(TimelockStage.UNSCHEDULED)
    ready_at = datetime.fromtimestamp(answers("getTimestamp"), tz=UTC)
    return TimelockState(TimelockStage.READY if is_ready else TimelockStage.WAITING, ready_at)


def check_executed(operation: TimelockOperation, chain: Chain) -> None:
    """Makes sure that the coins stand as an executed operation left them: that it is executed says nothing of now.

    Raises:
        NotSent: If they do not: something undid it since.
        ChainError: If the chain cannot be read.
    """
    try:
        done = steps_done(operation.network, chain)
        why = f"the coins stand as after {done} steps of the plan, not as after {operation.steps_after}"
    except NotSent as error:
        done, why = 0, str(error).rstrip(".")
    if done < operation.steps_after:
        raise NotSent(
            f"Operation 0x{operation.id.hex()} of the timelock {operation.timelock} is executed, but {why}.",
            hint="Something undid it since, or the node lags behind. If it does not, make a new plan: "
            "`stablecoin plan`; an operation is executed once.",
        )


def advance_timelock(
    operation: TimelockOperation,
    chain: Chain,
    *,
    agreed: TimelockStage,
    signer: Signer,
    transactions: TransactionManager,
) -> TimelockState:
    """Does what is next: schedules the operation, or executes it; nothing while it waits, or once it is done.

    Args:
        operation: Which.
        chain: Where the timelock is.
        agreed: The stage at which whoever agreed to this saw it: if it is another by now, nothing is done.
        signer: A proposer, as long as it is not scheduled; an executor afterwards.
        transactions: What sends.

    Returns:
        How the operation then stands, with the receipt of what was sent.

    Raises:
        NotSent: If the signer may not do what is next, or that is not what was agreed to; or if it was executed before,
            and the coins do not stand so any more.
        DeploymentError: If it was scheduled before, and is not any more: it was cancelled; or if it is executed now,
            and the coins do not stand so.
        StablecoinError: As `TransactionManager.send`.
    """
    state = timelock_state(operation, chain)
    if state.stage is not agreed:
        raise NotSent(
            f"The operation stands otherwise by now than when this was agreed to: {state.stage.value}.",
            hint="Run the same again: it shows what is next. Nothing was sent.",
        )
    if state.stage is TimelockStage.UNSCHEDULED:
        _check_role(operation, chain, "PROPOSER_ROLE", signer.address)
        receipt = transactions.send(operation.schedule, signer=signer, ref=operation.schedule_reference)
    elif state.stage is TimelockStage.READY:
        _check_role(operation, chain, "EXECUTOR_ROLE", ZERO_ADDRESS, signer.address)
        receipt = transactions.send(operation.execute, signer=signer, ref=operation.execute_reference)
    else:
        if state.stage is TimelockStage.DONE:
            check_executed(operation, chain)
        return state
    return _state_after(operation, chain, state, receipt)


def _state_after(operation: TimelockOperation, chain: Chain, before: TimelockState, receipt: Receipt) -> TimelockState:
    """Reads how it stands; whatever fails now, something was mined."""
    try:
        after = replace(timelock_state(operation, chain), receipt=receipt)
    except StablecoinError as error:
        error.moved = Moved.YES
        error.hint = f"Transaction {receipt.transaction_hash} is mined. Run the same again: it goes on from there."
        raise
    if after.stage is before.stage:
        raise DeploymentError(
            f"Transaction {receipt.transaction_hash}, in block {receipt.block_number:,}, did that already, but the "
            f"timelock does not know the operation as such: it was cancelled since, or the node lags behind.",
            hint="Run the same again in a while. If it was cancelled, make a new plan: `stablecoin plan`.",
        )
    if after.stage is TimelockStage.DONE:
        _check_now(operation, chain, receipt)
    return after


def _check_now(operation: TimelockOperation, chain: Chain, receipt: Receipt) -> None:
    """Looks at the coins once more, right after the operation was executed."""
    is_mined = f"Transaction {receipt.transaction_hash} is mined."
    try:
        check_executed(operation, chain)
    except NotSent as error:
        raise DeploymentError(str(error), hint=f"{is_mined} {error.hint}") from error
    except StablecoinError as error:
        error.moved, error.hint = Moved.YES, f"{is_mined} Run the same again: it looks at the coins."
        raise


def _check_role(operation: TimelockOperation, chain: Chain, role: str, *parties: Address) -> None:
    """Either may do it: the zero address stands for everybody."""
    identifier = _read(chain, operation.timelock, role)
    if not any(_read(chain, operation.timelock, "hasRole", identifier, party) for party in parties):
        raise NotSent(
            f"{parties[-1]} does not hold {role} of the timelock {operation.timelock}.",
            hint="Name a wallet that does, or export the call for a Safe that does. Nothing was sent.",
        )


def _read_timelock(chain: Chain, timelock: Address, batch: tuple[Any, ...]) -> tuple[bytes, int]:
    """The operation's identifier, as the timelock and this program know it, and the least delay in seconds."""
    from eth_abi.abi import encode
    from eth_hash.auto import keccak

    if not chain.code(timelock):
        raise UsageError(f"There is no timelock at {timelock} on {chain.network.name}: there is no contract at all.")
    try:
        identifier: bytes = _read(chain, timelock, "hashOperationBatch", *batch)
        delay_seconds = int(_read(chain, timelock, "getMinDelay"))
    except (ConfigError, Reverted) as error:
        raise UsageError(f"The contract at {timelock} on {chain.network.name} is no timelock: {error}") from error
    if identifier != keccak(encode([kind for _, kind in _BATCH], batch)):
        raise UsageError(f"The contract at {timelock} on {chain.network.name} names operations as no timelock does.")
    return identifier, delay_seconds


def _read(chain: Chain, timelock: Address, function: str, *arguments: Any) -> Any:
    return _ABI.decode_answer(function, chain.call(Call(timelock, _ABI.encode_call(function, *arguments))))
