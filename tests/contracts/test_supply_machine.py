"""Many people do many things in any order, and a plain model in Python says what must come of each

The model decides whether a step succeeds or which error refuses it, with all its fields; the chain must agree, and
after each step hold the same balances, allowances and flags.

always: the balances sum up to the supply
always: a blacklisted account neither sends, receives nor spends
always: nothing moves in a paused scope
always: a minter mints no more than its allowance

An ordinary run is the same every time. SUPPLY_MACHINE_EXAMPLES=500 makes a long one with new steps each time.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import Transfer
from tests.contracts.words import (
    BLACKLISTED,
    SCOPES_OFFSET,
    UNLIMITED,
    account_word,
    call_of,
    facts_of,
    head_word,
    mint_allowance_word,
    refusal_of,
)
from tests.world import same_world

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.token import Event
    from tests.world import World

TRANSFERS, MINTING, REDEMPTION = 1, 2, 4
HOLDERS = ("alice", "bob", "minter")
# Receivers are named as holders are; these two are no people.
ZERO, COIN = "zero", "coin"
BURNER = "minter"
STEPS = 25
EXAMPLES = int(os.environ.get("SUPPLY_MACHINE_EXAMPLES", "0"))

holders = st.sampled_from(HOLDERS)
receivers = st.sampled_from((*HOLDERS, *HOLDERS, *HOLDERS, ZERO, COIN))
values = st.sampled_from((3, 1, 2, 5, 8, 0, 1_000, UNLIMITED))  # hypothesis likes the first best
scope_sets = st.sampled_from((1, 2, 4, 3, 6, 7, 0, 8))

Refusal = tuple[str, dict[str, Any]]


@dataclass
class Model:
    """The rules of the coin in plain Python. Each verb returns why it is refused, or None and has its effect."""

    balances: Counter[str] = field(default_factory=Counter)
    supply: int = 0
    allowances: Counter[tuple[str, str]] = field(default_factory=Counter)
    mint_allowances: dict[str, int] = field(default_factory=dict)
    blacklisted: set[str] = field(default_factory=set)
    paused: int = 0

    def transfer(self, by: str, to: str, value: int) -> Refusal | None:
        return self._refusal_of_receiver(to) or self._moved(TRANSFERS, by, by, to, value)

    def transfer_from(self, by: str, source: str, to: str, value: int) -> Refusal | None:
        allowed = self.allowances[source, by]
        if allowed == 0 or allowed < value:
            return "ERC20InsufficientAllowance", {"spender": by, "allowance": allowed, "needed": value}
        refused = self._refusal_of_receiver(to) or self._moved(TRANSFERS, by, source, to, value)
        if refused is None and allowed != UNLIMITED:
            self.allowances[source, by] -= value
        return refused

    def approve(self, by: str, spender: str, value: int) -> Refusal | None:
        if self.paused & TRANSFERS:
            return "ScopePaused", {"scope": TRANSFERS}
        if spender == ZERO:
            return "ERC20InvalidSpender", {"spender": ZERO}
        self.allowances[by, spender] = value
        return None

    def mint(self, by: str, to: str, value: int) -> Refusal | None:
        if by not in self.mint_allowances:
            return unauthorized(by, Role.MINTER_ROLE)
        if value == 0:
            return "ZeroValue", {}
        available = self.mint_allowances[by]
        if value > available:
            return "MintAllowanceExceeded", {"minter": by, "available": available, "needed": value}
        refused = self._refusal_of_receiver(to) or self._moved(MINTING, by, None, to, value)
        if refused is None:
            self.mint_allowances[by] -= value
        return refused

    def burn(self, by: str, value: int) -> Refusal | None:
        if by != BURNER:
            return unauthorized(by, Role.BURNER_ROLE)
        if value == 0:
            return "ZeroValue", {}
        return self._moved(REDEMPTION, by, by, None, value)

    def configure_minter(self, minter: str, allowance: int) -> Refusal | None:
        if allowance >= 2**128:
            return "InvalidMintAllowance", {"allowance": allowance}
        self.mint_allowances[minter] = allowance
        return None

    def remove_minter(self, minter: str) -> None:
        self.mint_allowances.pop(minter, None)

    def pause(self, scopes: int) -> Refusal | None:
        if not 1 <= scopes <= 7:
            return "InvalidPauseScopes", {"scopes": scopes}
        self.paused |= scopes
        return None

    def unpause(self, scopes: int) -> Refusal | None:
        if not 1 <= scopes <= 7:
            return "InvalidPauseScopes", {"scopes": scopes}
        self.paused &= ~scopes
        return None

    def _moved(self, scope: int, by: str, source: str | None, to: str | None, value: int) -> Refusal | None:
        """Moves `value` if the pause, the blacklist and the balance let it. No source creates, no receiver destroys."""
        if self.paused & scope:
            return "ScopePaused", {"scope": scope}
        for party in (by, source):
            if party in self.blacklisted:
                return "AccountBlacklisted", {"account": party}
        if source is not None and self.balances[source] < value:
            return "ERC20InsufficientBalance", {"sender": source, "balance": self.balances[source], "needed": value}
        if to in self.blacklisted:
            return "AccountBlacklisted", {"account": to}
        if source is None:
            self.supply += value
        else:
            self.balances[source] -= value
        if to is None:
            self.supply -= value
        else:
            self.balances[to] += value
        return None

    def _refusal_of_receiver(self, to: str) -> Refusal | None:
        return ("ERC20InvalidReceiver", {"receiver": to}) if to in (ZERO, COIN) else None


def unauthorized(by: str, role: Role) -> Refusal:
    return "AccessControlUnauthorizedAccount", {"account": by, "needed_role": role.identifier}


def moves() -> st.SearchStrategy[tuple[Any, ...]]:
    """One step: a verb of the machine and its arguments. Some verbs stand here several times, for they come oftener."""
    transfer = st.tuples(st.just("transfer"), holders, receivers, values)
    spenders, owners = st.sampled_from(("bob", "bob", "minter", "alice")), st.sampled_from(("alice", "alice", "bob"))
    transfer_from = st.tuples(st.just("transfer_from"), spenders, owners, receivers, values)
    approve = st.tuples(st.just("approve"), holders, receivers, values)
    mint = st.tuples(st.just("mint"), st.sampled_from(("minter", "minter", "minter", "bob")), receivers, values)
    burn = st.tuples(st.just("burn"), st.sampled_from((BURNER, BURNER, BURNER, "alice")), values)
    configure_minter = st.tuples(st.just("configure_minter"), st.sampled_from(("minter", "bob")), values)
    remove_minter = st.tuples(st.just("remove_minter"), st.sampled_from(("minter", "bob", "alice")))
    blacklist = st.tuples(st.just("blacklist"), st.sampled_from((*HOLDERS, COIN)))
    un_blacklist = st.tuples(st.just("un_blacklist"), holders)
    pause = st.tuples(st.just("pause"), scope_sets)
    unpause = st.tuples(st.just("unpause"), scope_sets)
    moving = (transfer, transfer, transfer, transfer_from, transfer_from, mint, mint, burn, burn)
    steering = (
        approve,
        configure_minter,
        remove_minter,
        blacklist,
        un_blacklist,
        un_blacklist,
        pause,
        unpause,
        unpause,
    )
    return st.one_of(*moving, *steering)


class SupplyMachine(RuleBasedStateMachine):
    """Each step is asked of the model and of the chain."""

    def __init__(self, world: World, outcomes: Counter[str]) -> None:
        super().__init__()
        self.world, self.outcomes = same_world(world), outcomes  # the journal of another example knows its nonces
        self.model = Model()
        self.snapshot = world.chain.take_snapshot()
        self.addresses = {**{person: world.address(person) for person in world.signers}, ZERO: ZERO_ADDRESS}
        self.addresses[COIN] = world.coin.address

    def teardown(self) -> None:
        self.world.chain.revert_to(self.snapshot)

    @initialize()
    def something_is_there(self) -> None:
        self.configure_minter("minter", 50)
        self.mint("minter", "alice", 30)
        self.mint("minter", "minter", 10)
        self.approve("alice", "bob", UNLIMITED)
        self.approve("alice", "minter", 9)

    # One rule, and not one each: hypothesis would leave some rules out of each example, and repeat others.
    @rule(move=moves())
    def something_happens(self, move: tuple[Any, ...]) -> None:
        verb, *arguments = move
        getattr(self, verb)(*arguments)

    def transfer(self, by: str, to: str, value: int) -> None:
        self.step("transfer", by, to, value, refused=self.model.transfer(by, to, value))

    def transfer_from(self, by: str, source: str, to: str, value: int) -> None:
        refused = self.model.transfer_from(by, source, to, value)
        self.step("transferFrom", by, source, to, value, refused=refused)

    def approve(self, by: str, spender: str, value: int) -> None:
        self.step("approve", by, spender, value, refused=self.model.approve(by, spender, value))

    def mint(self, by: str, to: str, value: int) -> None:
        self.step("mint", by, to, value, refused=self.model.mint(by, to, value))

    def burn(self, by: str, value: int) -> None:
        self.step("burn", by, value, refused=self.model.burn(by, value))

    def configure_minter(self, minter: str, allowance: int) -> None:
        refused = self.model.configure_minter(minter, allowance)
        self.step("configureMinter", "minter_admin", minter, allowance, refused=refused)

    def remove_minter(self, minter: str) -> None:
        self.model.remove_minter(minter)
        self.step("removeMinter", "minter_admin", minter, refused=None)

    def blacklist(self, account: str) -> None:
        self.model.blacklisted.add(account)
        self.step("blacklist", "blacklister", account, refused=None)

    def un_blacklist(self, account: str) -> None:
        self.model.blacklisted.discard(account)
        self.step("unBlacklist", "unblacklister", account, refused=None)

    def pause(self, scopes: int) -> None:
        self.step("pause(uint256)", "pauser", scopes, refused=self.model.pause(scopes))

    def unpause(self, scopes: int) -> None:
        self.step("unpause(uint256)", "unpauser", scopes, refused=self.model.unpause(scopes))

    @invariant()
    def the_chain_stands_as_the_model_says(self) -> None:
        accounts = {person: account_word(self.world, self.addresses[person]) for person in HOLDERS}
        expected = {person: self.model.balances[person] for person in HOLDERS}
        assert {person: word & ~BLACKLISTED for person, word in accounts.items()} == expected
        stopped = {person for person, word in accounts.items() if word & BLACKLISTED}
        assert stopped == self.model.blacklisted - {COIN}
        head = head_word(self.world)
        assert head % 2**SCOPES_OFFSET == sum(expected.values()) == self.model.supply
        assert head >> SCOPES_OFFSET == self.model.paused
        for minter in ("minter", "bob"):
            allowance = mint_allowance_word(self.world, self.addresses[minter])
            assert allowance == self.model.mint_allowances.get(minter, 0)

    def step(self, function: str, by: str, *arguments: str | int, refused: Refusal | None) -> None:
        """Asks the chain for what the model has decided already."""
        call = call_of(self.world, function, *(self._meant(argument) for argument in arguments))
        if refused is not None:
            name, facts = refused
            expected = name, {key: self._meant(value) for key, value in facts.items()}
            assert facts_of(refusal_of(self.world, call, by=by)) == expected
            self.outcomes[f"{function} refused"] += 1
            return
        people = {self.addresses[person] for person in HOLDERS}
        stopped = {person for person in people if account_word(self.world, person) & BLACKLISTED}
        paused = head_word(self.world) >> SCOPES_OFFSET
        for event in self.world.do(call, by=by):
            self._nothing_stopped_moved(event, self.addresses[by], stopped, paused)
        self.outcomes[f"{function} done"] += 1

    def _nothing_stopped_moved(self, event: Event, by: Address, stopped: set[Address], paused: int) -> None:
        """Asks the event and the chain, not the model: what was stopped before the step did not move in it."""
        if isinstance(event, Transfer):
            assert not {event.sender, event.to, by} & stopped
            minted, burned = event.sender == ZERO_ADDRESS, event.to == ZERO_ADDRESS
            assert not paused & (MINTING if minted else REDEMPTION if burned else TRANSFERS)

    def _meant(self, value: Any) -> Any:
        return self.addresses.get(value, value) if isinstance(value, str) else value


def test_the_chain_does_what_the_model_says(local: World) -> None:
    outcomes: Counter[str] = Counter()

    run_state_machine_as_test(
        lambda: SupplyMachine(local, outcomes),  # type: ignore[arg-type]  # hypothesis calls it, and says: a class
        settings=settings(
            max_examples=EXAMPLES or 12,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),  # a chain is slower than hypothesis is used to
        ),
    )

    # A run that only ever met one side of the rules would prove little.
    moving = ("transfer", "transferFrom", "mint", "burn")
    assert sum(outcomes[f"{verb} done"] for verb in moving) >= 30, outcomes
    assert sum(outcomes[f"{verb} refused"] for verb in moving) >= 30, outcomes
