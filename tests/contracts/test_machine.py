"""Many people do many things to a coin in any order, and a plain model in Python says what must come of each

The model decides whether a call succeeds, with which events, or which error refuses it, with all its fields; the coin
must agree. After each call every word of its storage that the machine touches must be as the model has it.

always: the balances sum up to the supply, and are what the Transfer events say
always: a supply within the cap of the time of each mint
always: a blacklisted account neither sends, receives nor operates, but by seizure
always: nothing moves in a paused scope, nor to or from an unverified account while only verified ones may hold
always: a reference or nonce is used once
always: between any two moments, no minter, no bridge and not all together create more than capacity and refill
always: whoever succeeds has the role
always: every view says what the model says

An ordinary run begins with the same seed every time. (Hypothesis also draws from constants of the modules that happen
to be loaded, so its steps can differ.) `make fuzz` makes a long one with new steps each time; MACHINE_SEED repeats it.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.roles import Role
from tests.contracts.machine.coin import WALLET, Answer, AskedCoin
from tests.contracts.machine.holders import WEIGHTS as HOLDERS_WEIGHTS
from tests.contracts.machine.issuers import WEIGHTS as ISSUERS_WEIGHTS
from tests.contracts.machine.ledger import UNLIMITED, Refused
from tests.contracts.machine.model import Model
from tests.contracts.machine.picks import HOLDERS, Picks, Step
from tests.contracts.machine.signing import Pens
from tests.contracts.machine.views import compare_views
from tests.contracts.machine.witness import Witness
from tests.contracts.machine.words import expected, slots
from tests.world import ROLES

if TYPE_CHECKING:
    from tests.world import World

STEPS_PER_EXAMPLE = 80
STEPS_TO_REACH = int(os.environ.get("MACHINE_STEPS", "0"))
SEED = int(os.environ.get("MACHINE_SEED", "0")) or random.SystemRandom().getrandbits(64)
SHORT_EXAMPLES = 32
EXAMPLES_PER_ROUND = 50
SHORT_ROUNDS_AT_MOST = 5

# Not the coin's doings.
TIME_PASSES, FEED_ANSWERS = "time passes", "the feed answers"
# These answer for refused payments with an event, never with an error.
NEVER_REFUSED = {TIME_PASSES, FEED_ANSWERS, "skipping_batch_of_authorizations"}
NAMES = {function.__name__: function for function in (*HOLDERS_WEIGHTS, *ISSUERS_WEIGHTS)}
OFTEN = {
    **{function.__name__: weight for function, weight in (*HOLDERS_WEIGHTS.items(), *ISSUERS_WEIGHTS.items())},
    TIME_PASSES: 3,
    FEED_ANSWERS: 1,
}
WEIGHTED = tuple(name for name, weight in OFTEN.items() for _ in range(weight))
# Upgrading, the lane, the admin's succession, rescue and the description have tests of their own.
OTHERS = {
    "acceptDefaultAdminTransfer",
    "beginDefaultAdminTransfer",
    "cancelDefaultAdminTransfer",
    "changeDefaultAdminDelay",
    "closeLane",
    "initialize",
    "openLane",
    "rescueERC20",
    "rescueETH",
    "rollbackDefaultAdminDelay",
    "setContractURI",
    "upgradeToAndCall",
}


class Bench:
    """What all examples begin with: a coin that people hold, and the model of it. It counts what came of what."""

    def __init__(self, coin: AskedCoin) -> None:
        self.coin = coin
        self.pens = Pens(coin.world, coin.addresses)
        self.slots = slots(coin.addresses, HOLDERS)
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.steps = 0
        self.called: set[str] = set()
        roles = {(role, person) for role, person in ROLES.items()} | {(Role.DEFAULT_ADMIN_ROLE, "admin")}
        self.model = Model(now=coin.now, roles=roles)
        self.witness = Witness({(role.identifier, person) for role, person in roles})
        for step in _beginning():
            self.witness.words = self.read_words()
            answer = coin.set_up(step.function, step.by, *step.arguments)
            self.model.now = coin.now
            assert answer.said == self.model.do(step.verb, step.by, *step.of_the_model)
            self.witness.see(step.function, step.by, coin.now, answer.said)
        self.witness.look(self.read_words())

    def read_words(self) -> dict[tuple[str, ...], int]:
        return {key: self.coin.word(slot) for key, slot in self.slots.items()}

    def never_done(self) -> set[str]:
        return {name for name in WEIGHTED if not self.outcomes[name, "done"]}


def _beginning() -> list[Step]:
    def step(verb: str, function: str, by: str, *arguments: Any) -> Step:
        return Step(verb, function, by, arguments)

    mint, million = "mint(address,uint256)", 10**12
    return [
        step("set_supply_cap", "setSupplyCap", "admin", 10**14),
        step("set_global_limit", "setGlobalLimit", "admin", 10**13, 10**8),
        step("configure_minter", "configureMinter(address,uint256)", "minter_admin", "minter", million),
        step("configure_minter", "configureMinter(address,uint256,uint256)", "minter_admin", "bob", million, 10**6),
        step("configure_bridge", "configureBridge", "minter_admin", "upgrader", million, 10**6),
        step("mint", mint, "minter", "alice", 10**11),
        step("mint", mint, "minter", WALLET, 10**10),
        step("mint", mint, "bob", "minter", 10**10),
        step("crosschain_mint", "crosschainMint", "upgrader", "bob", 10**9),
        step("approve", "approve", "alice", "bob", UNLIMITED),
        step("approve", "approve", "alice", "minter", 10**9),
        *(step("verify", "verify", "unpauser", person) for person in ("alice", "bob", "minter")),
    ]


class Machine(RuleBasedStateMachine):
    """Each step is asked of the model and of the coin."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench, self.coin = bench, bench.coin
        self.model, self.witness = deepcopy(bench.model), bench.witness.copied()
        self.coin.begin_anew()
        self.coin.now = self.model.now

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:
            compare_views(self.coin, self.model)

    # One rule, and not one each: hypothesis would leave some rules out of each example, and repeat others.
    # And one choice for each step, for many small ones take longer than the step itself. The least choice is to do
    # nothing: so hypothesis strikes out whatever a failure does not need.
    @rule(chance=st.binary(min_size=8, max_size=8))
    def something_happens(self, chance: bytes) -> None:
        if not any(chance):
            return
        pick = Picks(random.Random(chance), self.model, self.bench.pens)  # noqa: S311  # nothing is secret here
        name = pick.one(WEIGHTED)
        self.bench.steps += 1
        if name == TIME_PASSES:
            self._let_time_pass(pick.one((1, 60, 3_600, 0, 86_400 * 30)))
        elif name == FEED_ANSWERS:
            self._attest(pick)
        else:
            self._ask(name, NAMES[name](pick))

    def _compare_words(self) -> None:
        words = self.bench.read_words()
        wanted = expected(self.model, self.bench.slots)
        assert words == wanted, {key: (hex(words[key]), hex(wanted[key])) for key in words if words[key] != wanted[key]}
        self.witness.look(words)

    def _ask(self, name: str, step: Step) -> None:
        note(f"{step.by}: {step.function}{step.arguments}")
        answer = self.coin.do(step.function, step.by, *step.arguments)
        note(f"  {answer}")
        try:
            wanted = Answer(self.model.do(step.verb, step.by, *step.of_the_model), None)
        except Refused as refused:
            wanted = Answer([], refused.fact)
        assert answer == wanted
        if wanted.refused is not None:
            self.bench.outcomes[name, "refused"] += 1
            self.bench.outcomes[wanted.refused[0], "error"] += 1
            return
        self.witness.see(step.function, step.by, self.coin.now, answer.said)
        self._compare_words()
        self.bench.outcomes[name, "done"] += 1
        self.bench.called.add(coin_abi().function(step.function).signature)

    def _let_time_pass(self, seconds: int) -> None:
        self.coin.now += seconds
        self.model.now += seconds
        self.bench.outcomes[TIME_PASSES, "done"] += 1

    def _attest(self, pick: Picks) -> None:
        """The feed has eight decimals, the coin six."""
        backed = self.model.supply * 100
        tokens_e8 = pick.one((backed + 10**15, backed, backed - 1, 0, -1))
        at = self.model.now - pick.one((0, 1, 7, -1))
        self.coin.attest(tokens_e8, at)
        self.model.attest(tokens_e8, at)
        self.bench.outcomes[FEED_ANSWERS, "done"] += 1


def run(bench: Bench, *, examples: int, chosen_seed: int) -> None:
    def factory() -> Machine:
        return Machine(bench)

    run_state_machine_as_test(
        seed(chosen_seed)(factory),  # type: ignore[arg-type]  # hypothesis calls it, and says: a class
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS_PER_EXAMPLE,
            derandomize=False,  # the seed decides
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),  # a chain is slower than hypothesis is used to
        ),
    )


def run_short(bench: Bench) -> None:
    """As a rule one round; another where a rare deed, such as seizing, met only refusals."""
    for round_number in range(SHORT_ROUNDS_AT_MOST):
        run(bench, examples=SHORT_EXAMPLES, chosen_seed=1 + round_number)
        if not bench.never_done():
            break


def run_long(bench: Bench) -> None:
    """Rounds of new steps until there were enough, telling how it goes."""
    began = time.monotonic()
    sys.stdout.write(f"\nMACHINE_SEED={SEED} MACHINE_STEPS={STEPS_TO_REACH}\n")
    for round_number in range(STEPS_TO_REACH):
        if bench.steps >= STEPS_TO_REACH:
            break
        run(bench, examples=EXAMPLES_PER_ROUND, chosen_seed=SEED + round_number)
        seconds = time.monotonic() - began
        sys.stdout.write(f"{bench.steps:>8,} steps, {seconds:>6.0f} s, {bench.steps / seconds:.0f} steps/s\n")
        sys.stdout.flush()
    for name in sorted(set(WEIGHTED)):
        done, refused = (bench.outcomes[name, outcome] for outcome in ("done", "refused"))
        sys.stdout.write(f"{name:<40} {done:>8,} done {refused:>8,} refused\n")
    for name, _ in sorted(key for key in bench.outcomes if key[1] == "error"):
        sys.stdout.write(f"{name:<40} {bench.outcomes[name, 'error']:>8,} times\n")


@pytest.mark.xdist_group("machine")
def test_the_coin_does_what_the_model_says(local: World) -> None:
    bench = Bench(AskedCoin(local))
    if STEPS_TO_REACH:
        run_long(bench)
    else:
        run_short(bench)

    # A run that only ever met one side of the rules would prove little.
    assert bench.steps >= (STEPS_TO_REACH or 2_000)
    never_refused = {name for name in WEIGHTED if not bench.outcomes[name, "refused"]} - NEVER_REFUSED
    assert not bench.never_done()
    assert not never_refused or not STEPS_TO_REACH  # few steps need not meet all
    writing = {name for name, entry in coin_abi().functions.items() if not entry.is_view}
    assert bench.called == {signature for signature in writing if signature.partition("(")[0] not in OTHERS}
