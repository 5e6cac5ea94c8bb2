"""Replaces what stands behind a coin: checked, rehearsed on the chain as it is, planned there and back. Sends nothing.

new = compile_implementation(Path("contracts"))
upgrade = prepare_upgrade(coin, chain, new, known=Implementations(folder), sender=upgrader, now=now, valid_for=day)
apply_network(upgrade.plan, upgrade.plan.networks[0], chain, ...)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import xor
from typing import TYPE_CHECKING, Final

from stablecoin_tools.artifacts import Abi, load_artifact
from stablecoin_tools.chain import Call, refusal
from stablecoin_tools.deployment.create2 import DEPLOYER, create2_call
from stablecoin_tools.deployment.creation import IMPLEMENTATION_SALT
from stablecoin_tools.deployment.facts import THERE, code_fact, read_facts
from stablecoin_tools.deployment.interfaces import check_abi
from stablecoin_tools.deployment.layouts import Finding, check_layout
from stablecoin_tools.deployment.plans import Change, CoinPlan, NetworkPlan, Plan, Step
from stablecoin_tools.deployment.rehearsal import questions_about, rehearse, try_out
from stablecoin_tools.deployment.steps import StepBuilder
from stablecoin_tools.errors import ConfigError, NotSent, UsageError
from stablecoin_tools.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import SimulatingChain
    from stablecoin_tools.deployment.implementations import Implementation, Implementations
    from stablecoin_tools.deployment.plans import Facts
    from stablecoin_tools.deployment.rehearsal import Reading
    from stablecoin_tools.token import Stablecoin

__all__ = ["Upgrade", "UpgradeRefused", "check_upgrade", "prepare_upgrade"]

_MOST_CODE_BYTES: Final = 24_576
"""Source: EIP-170."""

_UUID: Final = 0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC.to_bytes(32)
"""Where a coin keeps the address of its implementation. Sources: ERC-1822, ERC-1967."""

_ROLLBACK_VALID_FOR: Final = timedelta(days=30)
_LANE: Final = "isLaneClosed()"
_CODE: Final = "its code"
_SUPPORTS_INTERFACE: Final = bytes.fromhex("01ffc9a7")
"""The selector of `supportsInterface(bytes4)`. Source: ERC-165."""
_SHOWN: Final = 10


class UpgradeRefused(UsageError):
    """The new implementation must not stand behind the coin; nothing was sent.

    Attributes:
        findings: All that was found, warnings too.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        forbidding = [str(finding) for finding in findings if finding.forbids]
        more = f" And {len(forbidding) - _SHOWN} more." if len(forbidding) > _SHOWN else ""
        super().__init__(f"The upgrade is refused. {' '.join(forbidding[:_SHOWN])}{more}", hint="Nothing was sent.")
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An upgrade that was checked and rehearsed, and may be made.

    Attributes:
        implementation: What stands behind the coin now.
        replacement: What will.
        closes_lane: Whether it serves the holders from then on, in place of the proxy.
        warnings: What somebody should look at before.
        readings: What the coin answered, before and after, and once it was rolled back.
        plan: The steps.
        rollback: The steps back, to be applied only once the upgrade was made.
    """

    implementation: Address
    replacement: Address
    closes_lane: bool
    warnings: tuple[Finding, ...]
    readings: tuple[Reading, ...]
    plan: Plan
    rollback: Plan


def check_upgrade(
    deployed: Implementation, new: Implementation, *, is_lane_closed: bool, closes_lane: bool
) -> tuple[Finding, ...]:
    """Compares what is deployed with what would replace it; no chain is asked.

    Args:
        deployed: What stands behind the coin now.
        new: What would.
        is_lane_closed: Whether it serves the holders now.
        closes_lane: Whether it will from then on.

    Returns:
        What of the storage, of the interface, or of the code's size somebody should know.
    """
    before = _served(deployed.artifact.abi, by_both=not is_lane_closed)
    after = _served(new.artifact.abi, by_both=not (is_lane_closed or closes_lane))
    return (
        *check_layout(deployed.layout, new.layout),
        *check_abi(before, after),
        *_too_long(len(deployed.artifact.runtime), len(new.artifact.runtime)),
    )


def prepare_upgrade(  # noqa: PLR0913  # all but the first three are named by the caller
    coin: Stablecoin,
    chain: SimulatingChain,
    new: Implementation,
    *,
    known: Implementations,
    sender: Address | None,
    now: datetime,
    valid_for: timedelta,
    closes_lane: bool = False,
    created_in_block: int = 0,
) -> Upgrade:
    """Checks an upgrade, rehearses it and the way back, and plans both. The chain is read; nothing is sent.

    Args:
        coin: The coin.
        chain: Where it is; its node must know eth_simulateV1.
        new: What is to stand behind it.
        known: Where the implementation that does now is looked up.
        sender: Who will send the upgrade; None if any holder of UPGRADER_ROLE may: a Safe, a timelock, somebody else.
        now: The present time, with a time zone.
        valid_for: How long the plan may be applied. The one back may be for 30 days.
        closes_lane: Whether the new implementation is to serve the holders too.
        created_in_block: From where on the coin has a history.

    Returns:
        The upgrade, with what somebody should look at before.

    Raises:
        UpgradeRefused: If anything forbids it: storage that would move, a function that would be missed, a wrong UUID,
            a difference in what the coin answers. It lists all of it.
        ConfigError: If what stands there now is not known, or the node cannot rehearse.
        UsageError: If there is nothing to upgrade.
        NotSent: If the sender has no UPGRADER_ROLE, or nobody has it.
        Reverted: If the coin would refuse the upgrade for another reason.
    """
    is_lane_closed = coin.is_lane_closed()
    implementation = coin.implementation()
    case = _Case(
        coin=coin,
        chain=chain,
        implementation=implementation,
        deployed=_deployed(coin, implementation, chain, known),
        new=new,
        sender=_upgrader(coin, sender),
        is_lane_closed=is_lane_closed,
        closes_lane=closes_lane and not is_lane_closed,
        created_in_block=created_in_block,
    )
    case.revert_if_senseless()
    there, back = case.there(), case.back()
    found = case.checked()
    readings: tuple[Reading, ...] = ()
    if not any(finding.forbids for finding in found):
        more, readings = case.rehearsed(there, back)
        found += more
    if any(finding.forbids for finding in found):
        raise UpgradeRefused(found)
    facts = read_facts(coin, lists=())
    if facts["implementation"] != str(case.implementation):
        raise NotSent(
            f"{case.symbol} was upgraded by somebody else meanwhile: {facts['implementation']} stands behind it.",
            hint="Run the same again: it is compared with that. Nothing was sent.",
        )
    plan = case.plan(facts, there, now, valid_for)
    after = plan.networks[0].facts_after(len(there))[case.symbol]
    kept = {fact: value for fact, value in after.items() if not fact.startswith("code.")}
    return Upgrade(
        implementation=case.implementation,
        replacement=new.address,
        closes_lane=case.closes_lane,
        warnings=found,
        readings=readings,
        plan=plan,
        rollback=case.plan(kept, back, now, _ROLLBACK_VALID_FOR),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One coin, what stands behind it, and what is to."""

    coin: Stablecoin
    chain: SimulatingChain
    implementation: Address
    deployed: Implementation
    new: Implementation
    sender: Address
    is_lane_closed: bool
    closes_lane: bool
    created_in_block: int

    @property
    def symbol(self) -> str:
        return self.coin.denomination.symbol

    def revert_if_senseless(self) -> None:
        """Refuses what needs no comparison."""
        if self.new.artifact.is_runtime(self.chain.code(self.implementation)):
            raise UsageError(
                "What these sources compile to stands behind the coin already.",
                hint="`stablecoin lane close` closes the lane alone." if self.closes_lane else "Nothing was sent.",
            )
        if not self.chain.code(DEPLOYER):
            raise ConfigError(f"{self.chain.network.name} has no CREATE2 deployer at {DEPLOYER}.")

    def checked(self) -> tuple[Finding, ...]:
        """What is known without the coin: from the sources, and from what the new code says of itself."""
        found = check_upgrade(self.deployed, self.new, is_lane_closed=self.is_lane_closed, closes_lane=self.closes_lane)
        if any(finding.where == _CODE for finding in found):
            return found  # no chain takes it, so it can say nothing
        return (*found, *self._said_by_new_code())

    def _said_by_new_code(self) -> Iterator[Finding]:
        asked = (
            Call(self.new.address, self.deployed.artifact.abi.encode_call("proxiableUUID")),
            Call(self.new.address, _SUPPORTS_INTERFACE + _lane_interface_id().ljust(32, b"\0")),
        )
        creation = self._creation()
        calls = [step.call for step in creation] + list(asked)
        *created, uuid, claim = try_out(self.chain, [(self.sender, call) for call in calls], block="latest")
        if not all(each.succeeded and each.answer == self.new.address for each in created):
            yield Finding(_CODE, "on the chain", "refused by it", "its constructor must take nothing, and succeed")
            return
        if not uuid.succeeded or uuid.answer != _UUID:
            said = f"0x{uuid.answer.hex()}" if uuid.succeeded else "not answered"
            yield Finding("proxiableUUID()", f"0x{_UUID.hex()}", said, "it keeps its address where no coin looks")
        is_needed = self.is_lane_closed or self.closes_lane
        if is_needed and not (claim.succeeded and any(claim.answer)):
            claimed = f"the claim to serve the holders (ERC-165, 0x{_lane_interface_id().hex()})"
            yield Finding(
                claimed, "needed for a closed lane", "not made", "holders would depend on what it does not do"
            )

    def rehearsed(self, there: Sequence[Step], back: Sequence[Step]) -> tuple[tuple[Finding, ...], tuple[Reading, ...]]:
        """What would be different, and all that was asked."""
        served = _served(self.deployed.artifact.abi, by_both=not self.is_lane_closed)
        questions = questions_about(self.coin.address, self.chain, served, from_block=self.created_in_block)
        done, readings = rehearse(
            self.chain,
            served,
            self.coin.address,
            questions,
            there=[(self.sender, step.call) for step in there],
            back=[(self.sender, step.call) for step in back],
        )
        upgraded, undone = done[len(there) - 1], done[len(there) :]
        if not upgraded.succeeded:
            raise refusal(upgraded.answer)
        expected = ["Upgraded", *(["LaneClosed"] if self.closes_lane else [])]
        emitted = [_name(self.new.artifact.abi, topics) for _, topics in upgraded.events]
        found = [finding for reading in readings for finding in self._differences(reading)]
        if emitted != expected:
            why = "an upgrade does nothing else"
            found.append(Finding("what it tells", " and ".join(expected), " and ".join(emitted) or "nothing", why))
        found += [
            Finding("the way back", "open", f"refused: {refusal(each.answer)}", "it could not be undone")
            for each in undone
            if not each.succeeded
        ]
        return tuple(found), tuple(readings)

    def _differences(self, reading: Reading) -> Iterator[Finding]:
        is_lane = reading.question.function == _LANE and self.closes_lane
        if reading.after != ("True" if is_lane else reading.before):
            yield _difference(str(reading.question), reading.before, reading.after)
        if reading.again != reading.before:
            yield _difference(f"{reading.question} after the rollback", reading.before, reading.again)

    @property
    def _builder(self) -> StepBuilder:
        return StepBuilder(self.coin.calls, self.coin.denomination)

    def there(self) -> tuple[Step, ...]:
        """The steps of the upgrade."""
        changes = [Change("implementation", str(self.implementation), str(self.new.address))]
        if self.closes_lane:
            changes.append(Change("lane", "open", "closed"))
        return (*self._creation(), self._builder.step(*changes))

    def back(self) -> tuple[Step, ...]:
        """The steps of the rollback: the first implementation may not serve the holders, so the lane opens before."""
        first = str(self.implementation)
        opened = self._builder.step(Change("lane", "closed", "open"))
        undone = self._builder.step(Change("implementation", str(self.new.address), first))
        return (opened, undone) if self.closes_lane else (undone,)

    def _creation(self) -> tuple[Step, ...]:
        address = self.new.address
        if self.chain.code(address):
            return ()
        call = create2_call(
            self.new.artifact.creation_code(), IMPLEMENTATION_SALT, f"create the implementation at {address}"
        )
        return (Step(self.symbol, call, (Change(code_fact(address), None, THERE),)),)

    def plan(self, facts: Facts, steps: Sequence[Step], now: datetime, valid_for: timedelta) -> Plan:
        """The steps as a plan, from how the coin stands before them."""
        denomination, network = self.coin.denomination, self.chain.network
        coin = CoinPlan(
            denomination.symbol, denomination.decimals, self.coin.address, facts, created_in_block=self.created_in_block
        )
        here = NetworkPlan(network.name, network.chain_id, {self.symbol: coin}, tuple(steps))
        return Plan((here,), now, now + valid_for)


def _upgrader(coin: Stablecoin, sender: Address | None) -> Address:
    """As whom it is rehearsed."""
    if sender is not None and coin.has_role(Role.UPGRADER_ROLE, sender):
        return sender
    holders = coin.role_members(Role.UPGRADER_ROLE)
    if sender is None and holders:
        return holders[0]
    who = "Nobody could upgrade it" if sender is None else f"{sender} has no UPGRADER_ROLE"
    held = f"{', '.join(map(str, holders))} holds it" if holders else "nobody holds UPGRADER_ROLE"
    raise NotSent(f"{who}: {held}.", hint="Nothing was sent.")


def _deployed(coin: Stablecoin, address: Address, chain: SimulatingChain, known: Implementations) -> Implementation:
    if not load_artifact("Stablecoin").is_runtime(chain.code(coin.address)):
        raise ConfigError(
            f"The code at {coin.address} is not Stablecoin as compiled here, so what it serves itself is not known.",
            hint="Upgrade from the release that it came from. Nothing was sent.",
        )
    return known.find(address, chain.code(address))


def _served(implementation: Abi, *, by_both: bool) -> Abi:
    """What a coin serves: with the lane closed, what the implementation does."""
    return Abi([*load_artifact("Stablecoin").abi.entries, *implementation.entries]) if by_both else implementation


def _lane_interface_id() -> bytes:
    """The ERC-165 id of all that the proxy serves to holders. Source: `contracts/interfaces/IStablecoin.sol`."""
    abi = load_artifact("Stablecoin").abi
    return reduce(xor, (int.from_bytes(abi.selector(name)) for name in abi.functions)).to_bytes(4)


def _name(abi: Abi, topics: Sequence[bytes]) -> str:
    event = abi.events.get(topics[0]) if topics else None
    return event.name if event else "an event of another kind"


def _too_long(before: int, after: int) -> Iterator[Finding]:
    if after > _MOST_CODE_BYTES:
        yield Finding(
            _CODE, f"{before} bytes", f"{after} bytes", f"no chain takes more than {_MOST_CODE_BYTES} (EIP-170)"
        )


def _difference(where: str, before: str, after: str) -> Finding:
    return Finding(where, f"answered by {before}", f"answered by {after}", "an upgrade changes no answer")
