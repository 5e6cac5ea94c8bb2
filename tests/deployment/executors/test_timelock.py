"""advance_timelock(timelock_operation(plan, network, ...), chain, ...)

when it is run: scheduled; run again: nothing, and when it can be done; after the delay: done; then nothing more
the coin stands as if each step had been sent directly
given a signer who may not do what is next: NotSent, and nothing sent
given a Safe as proposer: the exported call schedules it
given it was cancelled: said, and not scheduled anew
given it stands otherwise than it was agreed to: NotSent
given it is executed, and the coins do not stand so: said
given no timelock at the address: UsageError
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.executors import (
    TimelockOperation,
    TimelockStage,
    advance_timelock,
    batch_of_calls,
    read_safe,
    timelock_operation,
    timelock_state,
)
from stablecoin_tools.errors import DeploymentError, Moved, NodeRefused, NotSent, UsageError
from stablecoin_tools.reverts import FailedCall
from stablecoin_tools.roles import PauseScope, Role
from tests.chain.bent import bent
from tests.deployment.executors.ground import (
    Built,
    done_directly,
    existing,
    pausing,
    plan_for,
    plan_of,
    standing,
    step_of,
)
from tests.deployment.executors.safes import new_safe
from tests.world import same_world

if TYPE_CHECKING:
    from stablecoin_tools.deployment.plans import Plan
    from tests.world import World

TIMELOCK = Built("@openzeppelin/contracts/build/contracts/TimelockController.json")
DELAY_SECONDS = 3600
PROPOSER, EXECUTOR = "minter_admin", "blacklister"


@dataclass(frozen=True)
class RealTimelock:
    """A timelock with one proposer and one executor, and a plan for it."""

    world: World
    address: Address

    def advance(self, operation: TimelockOperation, by: str) -> TimelockStage:
        world = self.world
        return advance_timelock(
            operation,
            world.chain,
            agreed=timelock_state(operation, world.chain).stage,
            signer=world.signers[by],
            transactions=world.transactions,
        ).stage

    def cancelling(self, operation: TimelockOperation) -> Call:
        return Call(self.address, TIMELOCK.abi.encode_call("cancel", operation.id))

    def operation(self, plan: Plan, first: int = 0) -> TimelockOperation:
        chain = self.world.chain
        return timelock_operation(plan, plan.networks[0], timelock=self.address, chain=chain, first=first)


def new_timelock(world: World, *, proposer: Address | None = None, executor: Address | None = None) -> RealTimelock:
    parties = [proposer or world.address(PROPOSER)], [executor or world.address(EXECUTOR)]
    arguments = TIMELOCK.abi.encode_constructor(DELAY_SECONDS, *parties, ZERO_ADDRESS)
    receipt = world.transactions.send(Call(None, TIMELOCK.bytecode + arguments), signer=world.signers["bob"])
    assert receipt.contract_address is not None
    return RealTimelock(world, receipt.contract_address)


@pytest.fixture
def timelock(anvil: World) -> RealTimelock:
    return new_timelock(anvil)


def test_run_again_and_again_it_schedules_waits_executes_and_is_done(anvil: World, timelock: RealTimelock) -> None:
    plan = plan_for(anvil, timelock.address)
    directly = done_directly(anvil, plan, timelock.address)
    operation = timelock.operation(plan)
    assert timelock_state(operation, anvil.chain).stage is TimelockStage.UNSCHEDULED

    proposer = anvil.signers[PROPOSER]
    scheduled = advance_timelock(
        operation, anvil.chain, agreed=TimelockStage.UNSCHEDULED, signer=proposer, transactions=anvil.transactions
    )
    assert scheduled.stage is TimelockStage.WAITING
    assert scheduled.receipt is not None
    begun = anvil.chain.block(scheduled.receipt.block_number).timestamp
    assert scheduled.ready_at == datetime.fromtimestamp(begun + DELAY_SECONDS, tz=UTC)

    waiting = advance_timelock(
        operation, anvil.chain, agreed=TimelockStage.WAITING, signer=proposer, transactions=anvil.transactions
    )
    assert (waiting.stage, waiting.receipt, waiting.ready_at) == (TimelockStage.WAITING, None, scheduled.ready_at)
    assert anvil.chain.code(plan.networks[0].coins["PLAN"].address) == b""

    anvil.chain.advance(seconds=DELAY_SECONDS)
    assert timelock_state(operation, anvil.chain).stage is TimelockStage.READY
    executor = anvil.signers[EXECUTOR]
    done = advance_timelock(
        timelock.operation(plan),
        anvil.chain,
        agreed=TimelockStage.READY,
        signer=executor,
        transactions=anvil.transactions,
    )
    assert (done.stage, done.ready_at) == (TimelockStage.DONE, None)
    assert standing(anvil, plan) == directly

    again = advance_timelock(
        timelock.operation(plan),
        anvil.chain,
        agreed=TimelockStage.DONE,
        signer=executor,
        transactions=anvil.transactions,
    )
    assert (again.stage, again.receipt) == (TimelockStage.DONE, None)


def test_the_operation_is_the_plan_s_and_so_are_the_references(anvil: World, timelock: RealTimelock) -> None:
    plan = plan_for(anvil, timelock.address)
    later = plan_for(anvil, timelock.address, minutes=61)

    operation = timelock.operation(plan)

    targets = [step.call.to for step in plan.networks[0].steps]
    payloads = [step.call.data for step in plan.networks[0].steps]
    fields = (targets, [0] * len(targets), payloads, bytes(32), bytes.fromhex(plan.hash))
    assert operation.id == TIMELOCK.read(anvil.chain, timelock.address, "hashOperationBatch", *fields)
    assert timelock.operation(later).id != operation.id
    assert operation.schedule_reference == plan.reference(plan.networks[0], 0) + "-schedule"
    assert operation.execute_reference == plan.reference(plan.networks[0], 0) + "-execute"
    timelock.advance(operation, PROPOSER)
    assert anvil.transactions.find(operation.schedule_reference).call == operation.schedule


def test_only_what_is_left_is_done(anvil: World, timelock: RealTimelock) -> None:
    plan = plan_for(anvil, timelock.address)
    directly = done_directly(anvil, plan, timelock.address)
    anvil.transactions.send(plan.networks[0].steps[0].call, signer=anvil.signers["bob"])
    operation = timelock.operation(plan, first=1)

    assert timelock.advance(operation, PROPOSER) is TimelockStage.WAITING
    anvil.chain.advance(seconds=DELAY_SECONDS)
    assert timelock.advance(operation, EXECUTOR) is TimelockStage.DONE

    assert standing(anvil, plan) == directly


def test_who_may_not_do_what_is_next_is_told_so(anvil: World, timelock: RealTimelock) -> None:
    operation = timelock.operation(plan_for(anvil, timelock.address))
    before = anvil.chain.nonce(anvil.address(EXECUTOR))

    with pytest.raises(NotSent, match=f"{anvil.address(EXECUTOR)} does not hold PROPOSER_ROLE"):
        timelock.advance(operation, EXECUTOR)
    timelock.advance(operation, PROPOSER)
    anvil.chain.advance(seconds=DELAY_SECONDS)
    with pytest.raises(NotSent, match="does not hold EXECUTOR_ROLE"):
        timelock.advance(operation, PROPOSER)

    assert anvil.chain.nonce(anvil.address(EXECUTOR)) == before


def test_anybody_executes_where_the_role_is_everybody_s(anvil: World) -> None:
    timelock = new_timelock(anvil, executor=ZERO_ADDRESS)
    operation = timelock.operation(plan_for(anvil, timelock.address))

    timelock.advance(operation, PROPOSER)
    anvil.chain.advance(seconds=DELAY_SECONDS)

    assert timelock.advance(operation, "alice") is TimelockStage.DONE


def test_a_safe_proposes_by_the_exported_call(anvil: World) -> None:
    safe = new_safe(anvil)
    timelock = new_timelock(anvil, proposer=safe.address)
    operation = timelock.operation(plan_for(anvil, timelock.address))
    batch = batch_of_calls(
        read_safe(anvil.chain, safe.address), [operation.schedule], chain=anvil.chain, name="propose", description=""
    )

    assert safe.execute(batch.transaction).succeeded

    assert timelock_state(operation, anvil.chain).stage is TimelockStage.WAITING
    anvil.chain.advance(seconds=DELAY_SECONDS)
    assert timelock.advance(operation, EXECUTOR) is TimelockStage.DONE


def test_a_cancelled_operation_is_not_scheduled_anew(anvil: World, timelock: RealTimelock) -> None:
    operation = timelock.operation(plan_for(anvil, timelock.address))
    timelock.advance(operation, PROPOSER)
    anvil.transactions.send(timelock.cancelling(operation), signer=anvil.signers[PROPOSER])  # proposers may cancel too
    before = anvil.chain.nonce(anvil.address(PROPOSER))

    with pytest.raises(DeploymentError, match="it was cancelled since") as refused:
        timelock.advance(operation, PROPOSER)

    assert refused.value.moved is Moved.YES
    assert anvil.chain.nonce(anvil.address(PROPOSER)) == before


def test_what_was_cancelled_after_it_was_agreed_to_is_not_scheduled_anew(anvil: World, timelock: RealTimelock) -> None:
    operation = timelock.operation(plan_for(anvil, timelock.address))
    proposer = anvil.signers[PROPOSER]
    anvil.transactions.send(operation.schedule, signer=proposer, ref="from elsewhere")
    anvil.chain.advance(seconds=DELAY_SECONDS)
    agreed = timelock_state(operation, anvil.chain).stage
    anvil.transactions.send(timelock.cancelling(operation), signer=proposer)
    before = anvil.chain.nonce(proposer.address)

    with pytest.raises(NotSent, match="otherwise by now than when this was agreed to: nobody scheduled it") as refused:
        advance_timelock(operation, anvil.chain, agreed=agreed, signer=proposer, transactions=anvil.transactions)

    assert refused.value.moved is Moved.NO
    assert anvil.chain.nonce(proposer.address) == before


def test_executed_is_not_done_where_it_was_undone_since(anvil: World, timelock: RealTimelock) -> None:
    anvil.send(anvil.coin.calls.grant_role(Role.PAUSER_ROLE, timelock.address), by="admin")
    operation = timelock.operation(plan_of(anvil, pausing(anvil), existing(anvil)))
    timelock.advance(operation, PROPOSER)
    anvil.chain.advance(seconds=DELAY_SECONDS)
    snapshot = anvil.chain.take_snapshot()
    assert timelock.advance(operation, EXECUTOR) is TimelockStage.DONE
    assert timelock.advance(operation, EXECUTOR) is TimelockStage.DONE
    anvil.send(anvil.coin.calls.unpause(PauseScope.ALL), by="unpauser")

    with pytest.raises(NotSent, match=r"is executed, but the coins stand as after 0 steps .* after 3") as undone:
        timelock.advance(operation, EXECUTOR)
    assert undone.value.moved is Moved.NO

    anvil.chain.revert_to(snapshot)
    stale = bent(anvil.chain, call=lambda call, **others: _never_paused(anvil, call, **others))
    with pytest.raises(DeploymentError, match="is executed, but the coins stand as after 0 steps") as unseen:
        advance_timelock(
            operation,
            stale,
            agreed=TimelockStage.READY,
            signer=anvil.signers[EXECUTOR],
            transactions=same_world(anvil).transactions,
        )
    assert unseen.value.moved is Moved.YES
    assert "is mined" in unseen.value.hint


def _never_paused(world: World, call: Call, **others: object) -> bytes:
    """The coin as a node shows it that lags behind."""
    is_asked = call.data == coin_abi().encode_call("pausedScopes")
    answer: bytes = world.chain.call(call, **others)
    return bytes(32) if is_asked else answer


def test_a_node_that_fails_after_the_sending_does_not_hide_that_it_was_mined(
    anvil: World, timelock: RealTimelock
) -> None:
    operation = timelock.operation(plan_for(anvil, timelock.address))
    asked = []

    def call(asked_for: Call, **others: object) -> bytes:
        asked.append(asked_for)
        if anvil.chain.nonce(anvil.address(PROPOSER)) > before:
            raise NodeRefused("too much")
        answer: bytes = anvil.chain.call(asked_for, **others)
        return answer

    before = anvil.chain.nonce(anvil.address(PROPOSER))
    with pytest.raises(NodeRefused, match="too much") as refused:
        advance_timelock(
            operation,
            bent(anvil.chain, call=call),
            agreed=TimelockStage.UNSCHEDULED,
            signer=anvil.signers[PROPOSER],
            transactions=anvil.transactions,
        )

    assert refused.value.moved is Moved.YES
    assert "Run the same again" in refused.value.hint
    assert timelock.advance(operation, PROPOSER) is TimelockStage.WAITING


def test_a_timelock_without_the_role_is_refused_before_anything_is_scheduled(
    anvil: World, timelock: RealTimelock
) -> None:
    pause = step_of(anvil, anvil.coin.calls.pause(), Role.PAUSER_ROLE)
    plan = plan_of(anvil, (pause,), existing(anvil))

    with pytest.raises(NotSent, match=f"which {timelock.address} does not hold: held by {anvil.address('pauser')}"):
        timelock.operation(plan)


def test_what_is_no_timelock_is_refused(anvil: World, timelock: RealTimelock) -> None:
    plan = plan_for(anvil, timelock.address)

    def at(address: Address, **answers: object) -> None:
        timelock_operation(plan, plan.networks[0], timelock=address, chain=bent(anvil.chain, **answers))

    with pytest.raises(UsageError, match="no contract at all"):
        at(anvil.address("alice"))
    with pytest.raises(UsageError, match="is no timelock"):
        at(anvil.coin.address)
    with pytest.raises(UsageError, match="names operations as no timelock does"):
        at(timelock.address, call=lambda *_, **__: b"\x01" * 32)
    with pytest.raises(UsageError, match="there is no step 7"):
        timelock.operation(plan, first=6)


def test_a_batch_that_a_contract_refuses_is_not_done_and_can_be_tried_again(
    anvil: World, timelock: RealTimelock
) -> None:
    plan = plan_for(anvil, timelock.address)
    operation = timelock.operation(plan)
    timelock.advance(operation, PROPOSER)
    anvil.chain.advance(seconds=DELAY_SECONDS)
    snapshot = anvil.chain.take_snapshot()
    anvil.transactions.send(plan.networks[0].steps[0].call, signer=anvil.signers["bob"])  # a creation works once

    with pytest.raises(FailedCall):
        timelock.advance(operation, EXECUTOR)

    anvil.chain.revert_to(snapshot)
    assert timelock.advance(operation, EXECUTOR) is TimelockStage.DONE
