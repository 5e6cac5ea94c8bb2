"""Does what a plan says on one chain: each step once, in order, whatever was done of it before.

If the chain has moved away from what was planned, nothing is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.chain.answers import is_unknown_method
from stablecoin_tools.deployment.create2 import DEPLOYER, DEPLOYER_CODE, ensure_deployer
from stablecoin_tools.deployment.creation import plan as plan_creation
from stablecoin_tools.deployment.creation import recorded
from stablecoin_tools.deployment.progress import check_before, tasks_left
from stablecoin_tools.deployment.proof import prove, prove_code
from stablecoin_tools.errors import (
    ConfigError,
    DeploymentError,
    JournalError,
    Moved,
    NodeRefused,
    NotSent,
    StablecoinError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain, Receipt, SimulatingChain
    from stablecoin_tools.deployment.plans import NetworkPlan, Plan
    from stablecoin_tools.deployment.progress import Task
    from stablecoin_tools.deployment.records import DeploymentRecords
    from stablecoin_tools.deployment.spec import CoinSpec
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions import Intent, TransactionManager

__all__ = ["Readiness", "apply_network", "make_ready", "nobody_can", "under_way"]

_UNDONE: Final = "Somebody changed them since, or the node lags behind. Look at a new plan before you go on."


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far a plan is done on one chain, and what comes next.

    Attributes:
        done: How many steps are done.
        tasks: The steps that are left, in order.
        is_simulated: Whether those that can be sent were tried one after the other; else the node cannot do that, and
            each is tried alone, right before it is sent.
    """

    done: int
    tasks: tuple[Task, ...]
    is_simulated: bool

    @property
    def doable(self) -> tuple[Task, ...]:
        """The steps up to the first that nobody at hand can send."""
        stuck = next((place for place, task in enumerate(self.tasks) if task.sender is None), len(self.tasks))
        return self.tasks[:stuck]

    @property
    def stuck(self) -> Task | None:
        """The first step that nobody at hand can send."""
        return next((task for task in self.tasks if task.sender is None), None)


def make_ready(network: NetworkPlan, chain: SimulatingChain, senders: Sequence[Address]) -> Readiness:
    """Finds what is left of a plan and who can send it, and tries it on the chain's present state. Nothing is sent.

    Args:
        network: The plan for this chain.
        chain: Where.
        senders: Who can sign here; the first pays for what anybody may send.

    Raises:
        NotSent: If the chain has moved away from what was planned, or would refuse a step.
    """
    tasks = tasks_left(network, chain, senders)
    ready = Readiness(len(network.steps) - len(tasks), tasks, is_simulated=False)
    return replace(ready, is_simulated=_is_simulated(network, ready.doable, chain))


def apply_network(
    plan: Plan,
    network: NetworkPlan,
    chain: SimulatingChain,
    *,
    signers: Mapping[Address, Signer],
    transactions: TransactionManager,
    records: DeploymentRecords | None = None,
    source_commit: str = "",
    announce: Callable[[Task], None] = lambda _: None,
) -> Readiness:
    """Does the steps that are left, as far as the signers at hand can; each is sent under a reference of its own.

    Whether the plan has expired is for the caller to ask, by `check_current`: what was begun in time may go on.

    Args:
        plan: The whole plan.
        network: Its part for this chain.
        chain: Where.
        signers: Who can sign here, by address; the first pays for what anybody may send.
        transactions: What sends.
        records: Where coins that are created are recorded; None to record none.
        source_commit: The git commit of the sources that they are compiled from, for the record.
        announce: Told of each step before it is sent.

    Returns:
        How far it is done then: `tasks` is empty once all of it is.

    Raises:
        NotSent: If the chain has moved away from what was planned, would refuse a step, or nobody at hand can send the
            next one.
        StablecoinError: As `TransactionManager.send`. Applied again, it goes on from there.
    """
    ready = make_ready(network, chain, list(signers))
    if ready.tasks and not ready.doable:
        raise nobody_can(network, ready.tasks[0])
    application = _Application(plan, network, chain, transactions, records, source_commit)
    try:
        application.catch_up(ready.done, signers)
        for place, task in enumerate(ready.doable):
            if place:  # the first was looked at just now; the next ones waited for those before them
                check_before(network, task.index, chain)
            announce(task)
            application.send(task, signers)
            application.record(task.index + 1)
        return _checked(network, ready, chain, list(signers))
    except StablecoinError as error:
        _say_what_moved(error, ready.done, len(application.sent), len(network.steps))
        raise


def under_way(plan: Plan, network: NetworkPlan, transactions: TransactionManager, *, done: int) -> list[Intent]:
    """What was sent for steps that are done, and is not known to the journal to be mined: a process died in between.

    Args:
        plan: The whole plan.
        network: Its part for one chain.
        transactions: What sent it.
        done: How many steps are done.
    """
    found = [_intent(transactions, plan.reference(network, index)) for index in range(done)]
    return [intent for intent in found if intent is not None and intent.receipt is None]


def nobody_can(network: NetworkPlan, task: Task, *, has_moved: bool = False) -> NotSent:
    """The error for a step that nobody at hand can send.

    Args:
        network: The plan for the chain.
        task: The step.
        has_moved: Whether steps before it were sent just now.
    """
    step = task.step
    if step.sender is not None:
        who = f"{step.sender} alone can send it"
    elif step.role is None:
        who = "no signer is at hand"
    else:
        who = f"it needs {step.role.name}, which {', '.join(task.holders) or 'nobody'} holds"
    left = f"{len(network.steps) - task.index} of {len(network.steps)} steps are left."
    error = NotSent(
        f"Nobody here can send step {task.index + 1} on {network.network}, {step.call.description}: {who}.",
        hint=f"Name a wallet that can, or hand it to a Safe, a timelock or an offline machine. {left}",
    )
    error.moved = Moved.YES if has_moved else Moved.NO
    return error


def _is_simulated(network: NetworkPlan, tasks: Sequence[Task], chain: SimulatingChain) -> bool:
    calls = [
        (task.sender, task.step.call) for task in tasks if task.sender is not None and not task.step.is_for_deployer
    ]
    places = [task for task in tasks if not task.step.is_for_deployer]
    codes = {DEPLOYER: DEPLOYER_CODE} if len(places) < len(tasks) else None
    try:
        answers = chain.simulate(calls, codes=codes)
    except NodeRefused as refused:
        if is_unknown_method(refused):
            return False
        raise
    for task, error in zip(places, answers, strict=True):
        if error is not None:
            raise NotSent(
                f"{network.network} would refuse step {task.index + 1}, {task.step.call.description}: {error}",
                hint="Nothing was sent.",
            ) from error
    return True


@dataclass(frozen=True, slots=True)
class _Application:
    """One process's part in applying a plan."""

    plan: Plan
    network: NetworkPlan
    chain: Chain
    transactions: TransactionManager
    records: DeploymentRecords | None
    source_commit: str
    sent: list[Receipt] = field(default_factory=list)

    def catch_up(self, done: int, signers: Mapping[Address, Signer]) -> None:
        """Sees through what a process before this one sent, and recorded nowhere."""
        for intent in under_way(self.plan, self.network, self.transactions, done=done):
            if intent.sender in signers:  # so that the journal says of it too that it is done
                self.transactions.resume(intent.reference, signer=signers[intent.sender])
        self.record(done)

    def send(self, task: Task, signers: Mapping[Address, Signer]) -> None:
        """Sends a step, and waits until it is mined."""
        assert task.sender is not None  # noqa: S101  # only doable tasks are sent
        signer, reference = signers[task.sender], self.plan.reference(self.network, task.index)
        if task.step.is_for_deployer:
            ensure_deployer(self.chain, signer, self.transactions, self.sent, ref=reference)
        else:
            self.sent.append(self.transactions.send(task.step.call, signer=signer, ref=reference))

    def record(self, done: int) -> None:
        """Writes the records of what was created in the first so many steps, once it is proven."""
        for index, step in enumerate(self.network.steps[:done]):
            spec = self.network.coins[step.coin].spec
            is_creation = step.call.to == DEPLOYER and any(change.fact == "name" for change in step.changes)
            if self.records is None or spec is None or not is_creation:
                continue
            if self.records.find(self.network.chain_id, step.coin) is None:
                was_changed = any(later.coin == step.coin for later in self.network.steps[index + 1 : done])
                self._write(self.records, spec, index, was_changed=was_changed)

    def _write(self, records: DeploymentRecords, spec: CoinSpec, index: int, *, was_changed: bool) -> None:
        planned = plan_creation(spec)
        proven = (
            (
                prove_code(self.chain, planned.implementation, "Issuer"),
                prove_code(self.chain, planned.coin, "Stablecoin"),
            )
            if was_changed  # roles and limits are the planned ones, but not the first ones any more
            else prove(self.chain, spec, coin=planned.coin, implementation=planned.implementation)
        )
        intent = _intent(self.transactions, self.plan.reference(self.network, index))
        receipt = intent.receipt if intent is not None else None
        records.write(recorded(planned, self.chain, receipt, proven=proven, source_commit=self.source_commit))


def _intent(transactions: TransactionManager, reference: str) -> Intent | None:
    """What was sent from here under a reference; None if nothing was."""
    try:
        return transactions.find(reference)
    except JournalError:
        raise
    except ConfigError:
        return None


def _checked(network: NetworkPlan, ready: Readiness, chain: Chain, senders: Sequence[Address]) -> Readiness:
    """How far it is done now, which must be as far as it was sent."""
    tasks = tasks_left(network, chain, senders)
    wanted, done = ready.done + len(ready.doable), len(network.steps) - len(tasks)
    if done < wanted:
        raise DeploymentError(
            f"{wanted} steps are mined on {network.network}, now or when this plan was applied before, but the coins "
            f"stand as after {done} of them.",
            hint=_UNDONE,
        )
    return replace(ready, done=done, tasks=tasks)


def _say_what_moved(error: StablecoinError, done: int, sent: int, total: int) -> None:
    """Whatever failed: what is mined has moved, and applying the same plan again goes on from there."""
    if error.moved is not Moved.UNKNOWN:
        error.moved = Moved.YES if sent else Moved.NO
    if sent and error.hint != _UNDONE:
        error.hint = f"{done + sent} of {total} steps are done. Apply the same plan again: it goes on from there."
