"""How a plan is handed to a Safe, a timelock, or an offline machine: up to the first step that it cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.cli import show
from stablecoin_tools.cli.plans import call_words, write_file
from stablecoin_tools.cli.reading import readable
from stablecoin_tools.cli.under_way import lines_before, refuse_other_plans
from stablecoin_tools.errors import Moved, StablecoinError, UsageError

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.cli.session import Session
    from stablecoin_tools.deployment import NetworkPlan, Plan
    from stablecoin_tools.deployment.executors import SafeBatch, UnsignedSteps

__all__ = ["Handing", "facts_of", "offline", "safe", "timelock", "write_records"]

_DONE: Final = "all steps are done"


@dataclass(frozen=True, slots=True)
class Handing:
    """What is handed to an executor.

    Attributes:
        session: By whom, and on which chain.
        plan: The plan.
        network: Its part for that chain.
        out: Where a file goes, if it takes one.
        nonce: The Safe's nonce, if not its next one.
    """

    session: Session
    plan: Plan
    network: NetworkPlan
    out: str | None
    nonce: int | None = None

    def part(self, executor: Address) -> tuple[NetworkPlan, int]:
        """The plan up to the first step that the executor cannot do, and how many of its steps are done."""
        from stablecoin_tools.deployment import make_ready, nobody_can

        ready = make_ready(self.network, self.session.chain, [executor])
        write_records(self.session, self.plan, self.network.up_to(ready.done))
        if ready.tasks and not ready.doable:
            raise nobody_can(self.network, ready.tasks[0])
        return self.network.up_to(ready.done + len(ready.doable)), ready.done

    def left_after(self, part: NetworkPlan) -> str:
        """What is to be done once the part is, in words; empty if nothing."""
        left = len(self.network.steps) - len(part.steps)
        return f"{left} steps after them need others" if left else ""

    def file(self) -> str:
        """Where the file goes.

        Raises:
            UsageError: If nothing says where.
        """
        if self.out is None:
            raise UsageError("Say where the file goes.", hint="Add --out FILE.")
        return self.out


def safe(handing: Handing, address: Address) -> None:
    """Writes the steps that a Safe can do as a batch for its Transaction Builder, and shows what its owners sign."""
    from stablecoin_tools.deployment.executors import batch_for_safe

    part, done = handing.part(address)
    if done == len(handing.network.steps):
        _say(handing.session, {"done": _DONE})
        return
    chain = handing.session.chain
    batch = batch_for_safe(handing.plan, part, safe=address, chain=chain, first=done, nonce=handing.nonce)
    _write_batch(handing, batch, _of_steps(part, range(done, len(part.steps))), handing.left_after(part))


def timelock(handing: Handing, address: Address, proposer: Address | None) -> None:
    """Schedules what a timelock can do, or has it done once its delay is over; or writes that for a Safe to send.

    A plan must be scheduled before it expires; the delay may end long after that.
    """
    from stablecoin_tools.deployment import check_current
    from stablecoin_tools.deployment.executors import (
        TimelockStage,
        advance_timelock,
        batch_of_calls,
        check_executed,
        read_safe,
        timelock_operation,
        timelock_state,
    )

    session, chain = handing.session, handing.session.chain
    part, done = handing.part(address)
    if done == len(handing.network.steps):
        _say(session, {"done": _DONE})
        return
    operation = timelock_operation(handing.plan, part, timelock=address, chain=chain, first=done)
    state = timelock_state(operation, chain)
    if state.stage is TimelockStage.UNSCHEDULED:
        check_current(handing.plan, datetime.now(UTC))
    if state.stage is TimelockStage.DONE:  # and yet there are steps left
        check_executed(operation, chain)
    steps = _of_steps(part, range(done, len(part.steps)))
    call = {TimelockStage.UNSCHEDULED: operation.schedule, TimelockStage.READY: operation.execute}.get(state.stage)
    if call is not None and proposer is not None:
        words = call.description
        found = read_safe(chain, proposer)
        batch = batch_of_calls(found, [call], chain=chain, name=words, description=words, nonce=handing.nonce)
        told = {"steps": [readable(words)], **{f"timelock_{key}": value for key, value in steps.items()}}
        _write_batch(handing, batch, told, handing.left_after(part))
        return
    if call is not None:
        signer, lines = session.signer.address, "\n".join(f"  {line}" for each in steps.values() for line in each)
        refuse_other_plans(session, handing.plan, [signer])
        asked = f"{readable(call.description)}, signed by {signer}:\n{lines_before(session, [signer])}{lines}"
        session.confirm(f"Plan {handing.plan.hash}\n{asked}")
        with session.waiting(f"the timelock on {part.network}", before=", before you run the same again"):
            state = advance_timelock(
                operation, chain, agreed=state.stage, signer=session.signer, transactions=session.transactions
            )
        if state.stage is TimelockStage.DONE:
            _record_what_is_done(handing, part)
    _say(
        session,
        {
            "operation": "0x" + operation.id.hex(),
            "stage": state.stage.name.lower(),
            "ready_at": state.ready_at.isoformat() if state.ready_at else None,
            "transaction_hash": state.receipt.transaction_hash if state.receipt else None,
            "then": _then(state.stage.name, handing.left_after(part)),
        },
    )


def offline(handing: Handing, sender: Address) -> None:
    """Writes the steps that an account can do as unsigned transactions, for a machine that is never connected."""
    from stablecoin_tools.deployment.executors import prepare_offline

    part, done = handing.part(sender)
    if done == len(handing.network.steps):
        _say(handing.session, {"done": _DONE})
        return
    unsigned = prepare_offline(handing.plan, part, sender=sender, chain=handing.session.chain, first=done)
    file = handing.file()
    write_file(file, unsigned.as_text())
    told = {**facts_of(unsigned), "file": file, "left": handing.left_after(part)}
    told["then"] = f"stablecoin sign {file} --wallet NAME --out FILE, on the offline machine"
    _say(handing.session, told)


def write_records(session: Session, plan: Plan, done: NetworkPlan) -> None:
    """Records the coins that were created by steps that are done, whoever sent them, if they are not recorded yet."""
    from stablecoin_tools.cli.checkout import source_commit
    from stablecoin_tools.deployment import apply_network

    created = [symbol for symbol, coin in done.coins.items() if coin.spec is not None]
    if done.steps and any(session.records.find(done.chain_id, symbol) is None for symbol in created):
        apply_network(
            plan,
            done,
            session.chain,
            signers={},
            transactions=session.transactions,
            records=session.records,
            source_commit=source_commit(),
        )


def _record_what_is_done(handing: Handing, part: NetworkPlan) -> None:
    try:
        write_records(handing.session, handing.plan, part)
    except StablecoinError as error:
        error.moved = Moved.YES
        error.hint = f"The timelock did it; only the record is missing: run the same again. {error.hint}".rstrip()
        raise


def facts_of(unsigned: UnsignedSteps) -> dict[str, Any]:
    """What is to be signed, for people to check before they do."""
    indices = range(unsigned.first, unsigned.first + len(unsigned.steps))
    return {
        "network": f"{unsigned.network.network} (chain {unsigned.chain_id})",
        "plan": unsigned.plan.hash,
        "signed_by": unsigned.sender,
        "nonces": f"{unsigned.nonce} to {unsigned.nonce + len(unsigned.steps) - 1}",
        "greatest_cost_wei": unsigned.greatest_cost_wei,
        **_of_steps(unsigned.network, indices),
    }


def _of_steps(network: NetworkPlan, indices: range) -> dict[str, list[str]]:
    """What steps do, and what their bytes call."""
    return {
        "steps": [f"{index + 1}. {readable(network.steps[index].call.description)}" for index in indices],
        "calls": [f"{index + 1}. {call_words(network, index)}" for index in indices],
    }


def _write_batch(handing: Handing, batch: SafeBatch, steps: dict[str, list[str]], left: str) -> None:
    file, transaction = handing.file(), batch.transaction
    write_file(file, batch.builder_file(created_at=datetime.now(UTC)))
    _say(
        handing.session,
        {
            "safe": batch.safe.address,
            "owners_needed": f"{batch.safe.threshold} of {len(batch.safe.owners)}",
            "nonce": transaction.nonce,
            **steps,
            "domain_hash": transaction.domain_hash,
            "message_hash": transaction.message_hash,
            "safe_tx_hash": transaction.hash,
            "file": file,
            "left": left,
            "then": "load it in the Safe's Transaction Builder; each owner's device must show these hashes",
        },
    )


def _then(stage: str, left: str) -> str:
    return f"nothing: it is executed; {left}".rstrip("; ") if stage == "DONE" else "run the same again when it is ready"


def _say(session: Session, told: dict[str, Any]) -> None:
    shown = {key: show.plain(value) for key, value in told.items() if value not in (None, "")}
    show.facts("", shown, as_json=session.as_json)
