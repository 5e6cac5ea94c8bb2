"""Several managers, as several processes, on one journal: the sender's lane

when another process holds the lane: what is asked for is queued, and done by the holder
when the holder dies: another goes on once the lease has ended, and not before
when the holder sleeps through its lease, wherever: it writes nothing more, and does no harm
when somebody comes and goes while another waits: the wait is as if nobody had come
when what is queued cannot be signed: the outcome says why
when lanes are of different senders, or chains: they know nothing of each other
when threads and processes use one lane at once: all is done once, and the lane changes hands
"""

from __future__ import annotations

import hashlib
import itertools
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ConfigError, OutcomeUnknown, Reverted
from stablecoin_tools.reverts import UnknownRevert
from stablecoin_tools.signers import development_signer
from stablecoin_tools.transactions import FeePolicy, Journal, Order, Stage, TransactionManager, chain_name
from tests.chain.bent import bent
from tests.transactions.bench import (
    ALICE,
    BOB,
    CALL,
    IN_REAL_TIME,
    LEASE_SECONDS,
    QUICK,
    WAITING,
    Bench,
    Crash,
    Crashing,
    busy,
    call_of,
    check,
    check_all_final,
    check_log,
    kept,
    orders,
)
from tests.transactions.fake_chain import GWEI

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stablecoin_tools.transactions import Outcome
    from tests.conftest import AnvilProcess
    from tests.world import World

BRIEF = replace(WAITING, timeout_seconds=1)


def dead_holder(bench: Bench) -> None:
    """A process that holds alice's lane, has signed and published one payout, and is no more."""
    crashing = Crashing(8)
    dying = bench.manager_of(crashing.around(bench.chain), crashing.around(bench.journal))
    with pytest.raises(Crash):
        dying.send(call_of("order-0"), signer=ALICE, ref="order-0")
    assert kept(bench, "order-0").stage is Stage.PENDING


def test_what_another_process_asks_for_is_queued_and_done_by_the_holder() -> None:
    bench = Bench()
    asked: list[Stage] = []

    def another_asks() -> None:
        hasty = bench.another(waiting=replace(WAITING, timeout_seconds=0))
        with pytest.raises(OutcomeUnknown, match="held by"):
            hasty.send(call_of("order-2"), signer=ALICE, ref="order-2")
        asked.append(kept(bench, "order-2").stage)

    bench.clock.at(5, another_asks)
    bench.clock.at(20, lambda: bench.chain.mine(2))
    bench.manager.send(call_of("order-1"), signer=ALICE, ref="order-1")

    assert asked == [Stage.QUEUED]
    assert [kept(bench, ref).nonce for ref in ("order-1", "order-2")] == [0, 1]
    assert bench.another().send(call_of("order-2"), signer=ALICE, ref="order-2").succeeded
    assert bench.happenings("order-2") == ["QUEUED", "SIGNED", "MINED"]
    check(bench)


def test_a_dead_holders_lane_is_free_when_its_lease_ends_and_not_before() -> None:
    bench = Bench()
    dead_holder(bench)
    died_at = bench.clock.now
    published = len(bench.chain.published)
    bench.clock.at(died_at + LEASE_SECONDS - 1, lambda: seen.append(len(bench.chain.published)))
    bench.clock.at(died_at + LEASE_SECONDS + 2, lambda: seen.append(len(bench.chain.published)))
    bench.clock.at(died_at + LEASE_SECONDS + 3, lambda: bench.chain.mine(2))
    seen: list[int] = []

    assert bench.another().send(call_of("order-1"), signer=ALICE, ref="order-1").succeeded

    assert seen[0] == published
    assert seen[1] > published
    assert kept(bench, "order-0").stage is Stage.MINED
    check(bench)


def test_a_holder_that_lives_keeps_the_lane_however_long_it_waits() -> None:
    bench = Bench()
    holders: list[str] = []

    def another_looks() -> None:
        view = bench.journal.look(bench.name, ALICE.address, owner="somebody else")
        holders.append("" if view.is_free else view.holder)

    for moment in range(1, 300, 7):
        bench.clock.at(moment, another_looks)
    with pytest.raises(OutcomeUnknown):
        bench.manager.send(CALL, signer=ALICE, ref="order-1")

    assert len(set(holders)) == 1
    assert holders[0]
    assert bench.journal.look(bench.name, ALICE.address, owner="somebody else").is_free  # let go at the end


@pytest.mark.parametrize("back_seconds", [3_600, 86_400])
def test_a_clock_that_was_set_back_after_the_holder_died_leaves_the_lane_to_be_taken_over(back_seconds: int) -> None:
    bench = Bench()
    bench.clock.now = 1_000_000
    dead_holder(bench)
    bench.clock.now -= back_seconds
    bench.chain.mine()

    assert bench.another().send(call_of("order-0"), signer=ALICE, ref="order-0").succeeded
    check(bench)


def send_one(manager: TransactionManager) -> None:
    manager.send(call_of("r-0"), signer=ALICE, ref="r-0", until=Stage.FINALIZED)


def send_several(manager: TransactionManager) -> None:
    for outcome in manager.send_all(orders("r-0", "r-1", "r-2"), signer=ALICE, until=Stage.FINALIZED):
        outcome.result()


def sleeping(target: Any, calls: Any, at_call: int, meanwhile: Callable[[], None]) -> Any:
    """The target, before whose n-th call this process sleeps and something else happens."""

    def around(method: Callable[..., Any]) -> Callable[..., Any]:
        def slow(*arguments: Any, **named: Any) -> Any:
            if next(calls) == at_call:
                meanwhile()
            return method(*arguments, **named)

        return slow

    names: tuple[str, ...] = (
        "survey",
        "fee_history",
        "nonce",
        "publish_many",
        "receipts",
        "finalized_number",
        "block_hashes",
    )
    names += ("find_many", "look", "asked", "unsettled", "record", "queue")
    return bent(target, **{name: around(getattr(target, name)) for name in names if hasattr(target, name)})


@pytest.mark.parametrize(("story", "mined_meanwhile"), [(send_one, True), (send_one, False), (send_several, True)])
def test_a_holder_that_sleeps_through_its_lease_anywhere_does_no_harm(
    story: Callable[[TransactionManager], None],
    mined_meanwhile: bool,  # noqa: FBT001  # a parameter
) -> None:
    """It sleeps; another takes the lane over, finishes everything or only begins, lets go; then it wakes up."""
    bench, has_slept = Bench(), True
    for at_call in itertools.count(0, 12):
        if not has_slept:
            break
        bench, has_slept = Bench(waiting=QUICK, after=bench), False

        def meanwhile(bench: Bench = bench) -> None:
            nonlocal has_slept
            has_slept = True
            bench.clock.sleep(LEASE_SECONDS + 1)
            if mined_meanwhile:
                story(bench.another())
            else:
                with suppress(OutcomeUnknown):  # unless it is mined already
                    bench.another(waiting=replace(QUICK, timeout_seconds=1)).send(
                        call_of("r-0"), signer=ALICE, ref="r-0"
                    )

        busy(bench, first_block_in=5 if mined_meanwhile else 11)
        calls = itertools.count()
        chain, journal = (sleeping(target, calls, at_call, meanwhile) for target in (bench.chain, bench.journal))
        try:
            story(bench.manager_of(chain, journal))
        except OutcomeUnknown:
            assert not mined_meanwhile
            story(bench.another())

        intents = bench.journal.newest(bench.name, limit=10)
        check_all_final(bench, [intent.reference for intent in intents])
        assert bench.chain.used_nonces[ALICE.address] == len(intents) == (3 if story is send_several else 1)
    assert at_call > 20
    check_log(bench)


def test_a_stuck_payout_is_offered_higher_though_others_come_and_go_in_the_same_process() -> None:
    bench = Bench()

    def estimate_gas(call: Call, *, sender: Address) -> int:
        if call.data == b"refused":
            raise UnknownRevert(b"")
        return bench.chain.estimate_gas(call, sender=sender)

    manager = bench.manager_of(bench.chain.bent(estimate_gas=estimate_gas), bench.journal)

    def visit() -> None:
        with pytest.raises(Reverted):
            manager.send(call_of("refused"), signer=ALICE, ref="refused")
        bench.clock.at(bench.clock.now + 10, visit)

    bench.clock.at(10, visit)
    with pytest.raises(OutcomeUnknown):
        manager.send(CALL, signer=ALICE, ref="order-1")

    assert len(kept(bench).candidates) == 7  # at the start and each 45 of 300 seconds, as without visitors


def test_what_is_queued_and_cannot_be_signed_below_the_fee_cap_says_so() -> None:
    bench = Bench(fees=FeePolicy(cap_wei=10 * GWEI))
    dead_holder(bench)
    with pytest.raises(OutcomeUnknown):
        bench.another(waiting=BRIEF).send(CALL, signer=ALICE, ref="order-1")
    bench.chain.history = replace(bench.chain.history, next_base_fee_wei=11 * GWEI)

    with pytest.raises(OutcomeUnknown, match=r"12 gwei now; the policy allows 10 gwei") as unknown:
        bench.another().resume("order-1", signer=ALICE)

    assert unknown.value.transaction_hashes == ()
    assert kept(bench).stage is Stage.QUEUED
    bench.chain.history = replace(bench.chain.history, next_base_fee_wei=GWEI)
    bench.clock.at(bench.clock.now + 2, lambda: bench.chain.mine(2))
    assert bench.another().resume("order-1", signer=ALICE).succeeded


def test_senders_have_lanes_of_their_own() -> None:
    bench = Bench()
    dead_holder(bench)
    bench.clock.at(bench.clock.now + 1, bench.chain.mine)
    began_at = bench.clock.now

    assert bench.another().send(call_of("order-2"), signer=BOB, ref="order-2").succeeded

    assert bench.clock.now - began_at < LEASE_SECONDS
    assert kept(bench, "order-2").nonce == 0


def test_the_same_reference_on_another_chain_is_another_intent() -> None:
    bench = Bench(mines_at_once=True)
    other = Bench(mines_at_once=True, after=bench)

    first = bench.manager.send(CALL, signer=ALICE, ref="order-1")
    with pytest.raises(ConfigError, match="order-1") as unknown:
        other.manager.resume("order-1", signer=ALICE)
    assert bench.name in unknown.value.hint
    second = other.manager.send(CALL, signer=ALICE, ref="order-1")

    assert first.block_hash != second.block_hash
    assert (kept(bench).nonce, kept(other).nonce) == (0, 0)
    check(bench)
    check(other)


def test_threads_of_several_processes_share_a_journal_and_everything_is_done_once() -> None:
    bench = Bench(mines_at_once=True)
    bench.chain.final = 10_000
    managers = [bench.another(**IN_REAL_TIME) for _ in range(3)]

    def send(thread: int) -> list[Outcome]:
        wanted = orders(*(f"t{thread}-{number}" for number in range(6)), *(f"s-{number}" for number in range(3)))
        return list(managers[thread].send_all(wanted, signer=ALICE, until=Stage.FINALIZED))

    with ThreadPoolExecutor(3) as threads:
        found = [outcome for batch in threads.map(send, range(3)) for outcome in batch]

    assert [outcome for outcome in found if outcome.error] == []
    references = {outcome.reference for outcome in found}
    assert len(references) == 3 * 6 + 3
    check_all_final(bench, sorted(references))
    check_log(bench)


def payee(reference: str) -> Address:
    """Whom nobody else pays."""
    return Address(hashlib.sha256(reference.encode()).digest()[:20])


def pay(node_url: str, journal_url: str, who: str, references: list[str], told: Any) -> None:
    """A process that pays many at once, and the last when it is told to."""
    from stablecoin_tools.testing import AnvilChain

    chain = AnvilChain.at(node_url)
    signer = development_signer(9, chain.network)
    waiting = replace(WAITING, poll_seconds=0.02, timeout_seconds=60)
    with Journal(journal_url, who=who) as journal:
        manager = TransactionManager(chain, journal=journal, waiting=waiting)
        wanted = [Order(Call(payee(reference), value_wei=7), reference) for reference in references]
        for outcome in manager.send_all(wanted[:-1], signer=signer):
            outcome.result()
        if told is not None:
            told.wait(60)
        manager.send(wanted[-1].call, signer=signer, ref=wanted[-1].ref)


def test_two_processes_share_a_journal_and_a_sender_and_the_lane_changes_hands(
    anvil: World, anvil_process: AnvilProcess, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    shared = [f"s-{number}" for number in range(10)]
    wanted = {who: [*(f"{who}-{number}" for number in range(20)), *shared, f"{who}-last"] for who in ("a", "b")}
    spawn = multiprocessing.get_context("spawn")
    a_is_done = spawn.Event()
    processes = {
        "a": spawn.Process(target=pay, args=(anvil_process.url, url, "a", wanted["a"], None)),
        "b": spawn.Process(target=pay, args=(anvil_process.url, url, "b", wanted["b"], a_is_done)),
    }
    for process in processes.values():
        process.start()
    for who, process in processes.items():
        process.join(120)
        assert process.exitcode == 0, f"process {who} failed"
        a_is_done.set()

    references = sorted({reference for each in wanted.values() for reference in each})
    assert {anvil.chain.balance_wei(payee(reference)) for reference in references} == {7}
    assert anvil.chain.nonce(development_signer(9, anvil.chain.network).address) == len(references)
    with Journal(url) as journal:
        assert [fault for proof in journal.verify() for fault in proof.faults] == []
        name = chain_name(anvil.chain)
        assert journal.log(name, "b-last")[0].who == "b"  # a had the lane before, and is gone
        signed_by = {entry.who for ref in references for entry in journal.log(name, ref) if entry.what == "SIGNED"}
        assert signed_by == {"a", "b"}
