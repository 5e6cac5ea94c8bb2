"""From how a coin stands to how it should: the steps between, in an order in which each can be done. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import Address, parse_address
from stablecoin_tools.deployment.facts import read_limit
from stablecoin_tools.deployment.plans import Change, Step
from stablecoin_tools.errors import UsageError
from stablecoin_tools.roles import PauseScope, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from stablecoin_tools.amounts import Amount, Denomination
    from stablecoin_tools.chain import Call
    from stablecoin_tools.deployment.plans import Facts
    from stablecoin_tools.token import StablecoinCalls

__all__ = ["StepBuilder", "differences", "in_order"]

_REMARKS: Final = {
    "implementation": "its implementation is {before}, not {after}: see `stablecoin upgrade`, or name it in the file",
    "lane": "its fast lane is {before}, not {after}: see `stablecoin lane`, and `lane_closed` in the file",
    "pending_admin": "{before} is named as the next admin: it has to accept, or the admin to cancel it",
    "pending_admin_delay_seconds": "a change of the admin's delay to {before} s is under way",
}
_FOREVER: Final = "its {fact} is {before!r} for good, not {after!r}"
_IDENTITY: Final = ("name", "symbol", "currency", "decimals")


def differences(found: Facts, wanted: Facts, *, left_alone: Collection[str] = ()) -> list[Change]:
    """What is not as it should be, sorted by fact.

    Args:
        found: How the coin stands.
        wanted: How it should.
        left_alone: The kinds of facts, such as "paused", of which nothing is wanted.
    """
    kinds = {fact: fact.partition(".")[0] for fact in {**found, **wanted}}
    managed = sorted(fact for fact, kind in kinds.items() if kind not in left_alone and kind != "code")
    changes = (Change(fact, found.get(fact), wanted.get(fact)) for fact in managed)
    return [change for change in changes if change.before != change.after]


@dataclass(frozen=True, slots=True)
class StepBuilder:
    """Builds the steps of one coin.

    Attributes:
        calls: What builds its calls.
        denomination: What its amounts are counted in.
        can_accept: Whether the next admin, if one was named, may accept already.
    """

    calls: StablecoinCalls
    denomination: Denomination
    can_accept: bool = False

    def between(
        self, found: Facts, wanted: Facts, *, left_alone: Collection[str] = ()
    ) -> tuple[tuple[Step, ...], tuple[str, ...]]:
        """The steps in their order, and remarks on what no step can mend."""
        changes = differences(found, wanted, left_alone=left_alone)
        steps = [step for change in changes for step in self._steps(change, found, wanted)]
        return in_order(steps), tuple(_remark(change) for change in changes if _is_beyond(change, found, wanted))

    def step(self, *changes: Change) -> Step:
        """The one step that makes these changes; what it does is decided by the first of them.

        Raises:
            UsageError: If no step makes such a change.
        """
        first, *others = changes
        kind, _, rest = first.fact.partition(".")
        if kind == "admin":
            heir = _address(first.after or "")
            accepted = (first, Change("pending_admin", first.after, None))
            return Step(self.denomination.symbol, self.calls.accept_default_admin_transfer(), accepted, sender=heir)
        build = self._builders().get(kind)
        if build is None or (others and kind != "implementation"):
            raise UsageError(f"No step changes {first.fact}.")
        call, role = build(rest, first)
        if others:
            call, role = self._upgrade_and_close(first)
            changes = (first, Change("lane", "open", "closed"))
        return Step(self.denomination.symbol, call, changes, role)

    def _steps(self, change: Change, found: Facts, wanted: Facts) -> Iterator[Step]:
        kind = change.fact.partition(".")[0]
        if kind == "admin":
            yield from self._succession(found, wanted)
        elif kind == "admin_delay_seconds":
            yield from self._delay(change, found)
        elif kind not in _REMARKS and kind in self._builders():
            yield self.step(change)

    def _builders(self) -> dict[str, Callable[[str, Change], tuple[Call, Role]]]:
        return {
            "role": self._role,
            "minter": self._minter,
            "bridge": self._bridge,
            "supply_cap": self._supply_cap,
            "global_limit": self._global_limit,
            "reserve_feed": self._reserve_feed,
            "contract_uri": self._contract_uri,
            "allowlist_only": self._allowlist_only,
            "paused": self._paused,
            "blacklisted": self._blacklisted,
            "verified": self._verified,
            "implementation": self._implementation,
            "lane": self._lane,
            "pending_admin": self._pending_admin,
            "pending_admin_delay_seconds": self._pending_delay,
        }

    def _role(self, rest: str, change: Change) -> tuple[Call, Role]:
        name, _, holder = rest.partition(".")
        build = self.calls.revoke_role if change.after is None else self.calls.grant_role
        return build(Role[name], _address(holder)), Role.DEFAULT_ADMIN_ROLE

    def _minter(self, holder: str, change: Change) -> tuple[Call, Role]:
        if change.after is None:
            return self.calls.remove_minter(_address(holder)), Role.MINTER_ADMIN_ROLE
        capacity, refill = self._limit(change.after)
        return self.calls.configure_minter(_address(holder), capacity, refill), Role.MINTER_ADMIN_ROLE

    def _bridge(self, holder: str, change: Change) -> tuple[Call, Role]:
        if change.after is None:
            return self.calls.remove_bridge(_address(holder)), Role.MINTER_ADMIN_ROLE
        capacity, refill = self._limit(change.after)
        return self.calls.configure_bridge(_address(holder), capacity, refill), Role.MINTER_ADMIN_ROLE

    def _supply_cap(self, _: str, change: Change) -> tuple[Call, Role]:
        cap = self.denomination.from_base_units(int(change.after or 0))
        return self.calls.set_supply_cap(cap), Role.DEFAULT_ADMIN_ROLE

    def _global_limit(self, _: str, change: Change) -> tuple[Call, Role]:
        return self.calls.set_global_limit(*self._limit(change.after or "")), Role.DEFAULT_ADMIN_ROLE

    def _reserve_feed(self, _: str, change: Change) -> tuple[Call, Role]:
        if change.after is None:
            return self.calls.set_reserve_feed(None), Role.DEFAULT_ADMIN_ROLE
        words = change.after.split(" ")  # "<feed> at most <seconds> s old"
        return self.calls.set_reserve_feed(_address(words[0]), int(words[3])), Role.DEFAULT_ADMIN_ROLE

    def _contract_uri(self, _: str, change: Change) -> tuple[Call, Role]:
        return self.calls.set_contract_uri(change.after or ""), Role.DEFAULT_ADMIN_ROLE

    def _allowlist_only(self, _: str, change: Change) -> tuple[Call, Role]:
        return self.calls.set_allowlist_only(change.after is not None), Role.DEFAULT_ADMIN_ROLE

    def _paused(self, name: str, change: Change) -> tuple[Call, Role]:
        scope = PauseScope[name.upper()]
        if change.after is None:
            return self.calls.unpause(scope), Role.UNPAUSER_ROLE
        return self.calls.pause(scope), Role.PAUSER_ROLE

    def _blacklisted(self, holder: str, change: Change) -> tuple[Call, Role]:
        if change.after is None:
            return self.calls.un_blacklist(_address(holder)), Role.UNBLACKLISTER_ROLE
        return self.calls.blacklist(_address(holder)), Role.BLACKLISTER_ROLE

    def _verified(self, holder: str, change: Change) -> tuple[Call, Role]:
        build = self.calls.un_verify if change.after is None else self.calls.verify
        return build(_address(holder)), Role.VERIFIER_ROLE

    def _implementation(self, _: str, change: Change) -> tuple[Call, Role]:
        return self.calls.upgrade_to_and_call(_address(change.after or "")), Role.UPGRADER_ROLE

    def _upgrade_and_close(self, change: Change) -> tuple[Call, Role]:
        call = self.calls.upgrade_to_and_call(_address(change.after or ""), self.calls.close_lane())
        return call, Role.UPGRADER_ROLE

    def _lane(self, _: str, change: Change) -> tuple[Call, Role]:
        return (self.calls.close_lane() if change.after == "closed" else self.calls.open_lane()), Role.UPGRADER_ROLE

    def _pending_admin(self, _: str, change: Change) -> tuple[Call, Role]:
        return self.calls.begin_default_admin_transfer(_address(change.after or "")), Role.DEFAULT_ADMIN_ROLE

    def _pending_delay(self, _: str, change: Change) -> tuple[Call, Role]:
        return self.calls.change_default_admin_delay(int(change.after or 0)), Role.DEFAULT_ADMIN_ROLE

    def _succession(self, found: Facts, wanted: Facts) -> Iterator[Step]:
        """The admin changes hands in two steps, of which one is taken at a time."""
        heir, pending = wanted["admin"], found.get("pending_admin")
        if pending != heir:
            yield self.step(Change("pending_admin", pending, heir))
        elif self.can_accept:
            yield self.step(Change("admin", found["admin"], heir), Change("pending_admin", heir, None))

    def _delay(self, change: Change, found: Facts) -> Iterator[Step]:
        pending = found.get("pending_admin_delay_seconds")
        if pending != change.after:
            yield self.step(Change("pending_admin_delay_seconds", pending, change.after))

    def _limit(self, text: str) -> tuple[Amount, Amount]:
        capacity, refill = map(self.denomination.from_base_units, read_limit(text))
        return capacity, refill


def _address(text: str) -> Address:
    return parse_address(text)


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps of one coin or of several, so that each can be done, and those of one role follow each other."""
    found = list(steps)
    needed = {(step.coin, step.role) for step in found}
    roles = [None, *Role]
    return tuple(sorted(found, key=lambda step: (_rank(step, needed), roles.index(step.role))))


def _rank(step: Step, needed: set[tuple[str, Role | None]]) -> float:
    """Who is needed is appointed first and dismissed last; what stops comes before what is set and what resumes."""
    change = step.changes[0]
    kind, _, rest = change.fact.partition(".")
    is_taken = change.after is None
    if kind == "role":
        is_needed = (step.coin, Role[rest.partition(".")[0]]) in needed
        return (7 if is_needed else 0) if is_taken else (-1 if is_needed else 2)
    if kind == "supply_cap":  # the limit of all minters must fit under it, before and after
        return 1 if int(change.after or 0) > int(change.before or 0) else 1.2
    if kind in ("minter", "bridge"):
        return 0 if is_taken else 3
    ranks = {"paused": 6 if is_taken else 0, "global_limit": 1.1, "blacklisted": 4, "verified": 4}
    return ranks.get(kind, 9 if "admin" in kind else 5)


def _is_beyond(change: Change, found: Facts, wanted: Facts) -> bool:
    """Whether no step mends it, and nothing that is under way does."""
    if change.fact == "pending_admin":
        return wanted["admin"] in (found["admin"], change.before)
    if change.fact == "pending_admin_delay_seconds":
        return wanted["admin_delay_seconds"] in (found["admin_delay_seconds"], change.before)
    return change.fact in _REMARKS or change.fact in _IDENTITY


def _remark(change: Change) -> str:
    words = _FOREVER if change.fact in _IDENTITY else _REMARKS[change.fact]
    return words.format(fact=change.fact, before=change.before, after=change.after)
