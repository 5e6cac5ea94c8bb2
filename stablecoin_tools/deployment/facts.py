"""How a coin stands, as flat facts that can be compared, written to a file and read aloud.

    name symbol currency decimals               what it is
    implementation lane                         what serves it: an address; "open" or "closed"
    admin admin_delay_seconds                   who grants roles, and how long a change of that waits
    pending_admin pending_admin_delay_seconds   changes under way
    role.<ROLE>.<account>                       "held"
    minter.<account> bridge.<account>           "capacity <base units> refill <base units a second>"
    supply_cap                                  base units
    global_limit                                "capacity <base units> refill <base units a second>"
    reserve_feed                                "<feed> at most <seconds> s old"
    contract_uri allowlist_only                 a text, or what it is in hex where that could not be shown; "on"
    paused.<scope>                              "paused"
    blacklisted.<account> verified.<account>    "yes"
    code.<account>                              "there": what a creation leaves; not read by `read_facts`

What does not hold is absent. Supply, balances and what a minter has left are no facts: they move by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stablecoin_tools.roles import Role
from stablecoin_tools.token import as_kept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Denomination
    from stablecoin_tools.deployment.plans import Facts
    from stablecoin_tools.deployment.spec import CoinSpec
    from stablecoin_tools.token import Limit, ReserveFeed, Stablecoin

__all__ = [
    "AMOUNTS",
    "HELD",
    "LISTS",
    "THERE",
    "code_fact",
    "creation_facts",
    "feed_text",
    "holders_of",
    "is_minded",
    "is_same",
    "limit_fact",
    "limit_text",
    "read_facts",
    "read_limit",
    "role_fact",
    "spoken",
]

HELD: Final = "held"
THERE: Final = "there"
LISTS: Final = ("blacklisted", "verified")
"""The lists of accounts."""

AMOUNTS: Final = ("supply_cap", "global_limit", "minter", "bridge")
"""Kinds of facts that are counted by the coin's decimals."""

_OF_THE_HOUR: Final = ("paused", *LISTS)
"""What is changed within minutes, when somebody must be stopped or let in; nobody can plan around that."""

_IDENTITY: Final = ("name", "symbol", "currency", "decimals")
_SERVING: Final = ("implementation", "lane", "code")

_WITH_LIMITS: Final = {Role.MINTER_ROLE: "minter", Role.BRIDGE_ROLE: "bridge"}


def read_facts(coin: Stablecoin, *, lists: Iterable[str] = LISTS) -> Facts:
    """Reads all of it from the chain.

    Args:
        coin: Which coin.
        lists: Which lists of accounts to read: each account that was ever on one is asked for.

    Raises:
        ChainError: If the chain cannot be read, or the node does not keep the events since the coin's creation.
    """
    facts = dict(_identity(coin))
    facts |= _administration(coin)
    facts |= _limits(coin)
    for role in Role:
        if role is not Role.DEFAULT_ADMIN_ROLE:
            facts |= _holders(coin, role)
    facts |= {f"paused.{scope}": "paused" for scope in coin.paused_scopes().names()}
    for name in lists:
        facts |= _listed(coin, name)
    return facts


def holders_of(facts: Facts, role: Role) -> tuple[str, ...]:
    """Who holds a role, as checksummed texts."""
    if role is Role.DEFAULT_ADMIN_ROLE:
        return (facts["admin"],) if "admin" in facts else ()
    prefix = f"{_WITH_LIMITS[role]}." if role in _WITH_LIMITS else f"role.{role.name}."
    return tuple(sorted(fact.removeprefix(prefix) for fact in facts if fact.startswith(prefix)))


def is_same(fact: str, wanted: str | None, found: str | None) -> bool:
    """Whether a fact stands as wanted: of an allowance without refill, what was used of it is no difference."""
    if fact.startswith(("minter.", "bridge.")) and wanted and found:
        (capacity, refill), (left, refills) = read_limit(wanted), read_limit(found)
        if refill == refills == 0:
            return left <= capacity
    return wanted == found


def is_minded(fact: str, named: Collection[str]) -> bool:
    """Whether a plan is overtaken once this fact is otherwise than it says.

    What the plan changes always counts, and pauses and lists only then: an emergency stop never bars a plan about other
    things. What only replaces the implementation, or takes it back, does so whoever holds which power by then.

    Args:
        fact: Which.
        named: All facts of the coin that the plan changes.
    """
    kind = _kind(fact)
    if fact in named:
        return True
    if kind in _OF_THE_HOUR:
        return False
    is_upgrade = bool(named) and all(_kind(each) in _SERVING for each in named)
    return kind in (*_IDENTITY, *_SERVING) if is_upgrade else True


def creation_facts(spec: CoinSpec, implementation: Address) -> Facts:
    """How a coin stands right after its creation."""
    cap, capacity, refill = spec.mint_policy()
    roles = {role_fact(role, holder): HELD for role, holders in spec.roles.items() for holder in holders}
    return {
        "name": spec.name,
        "symbol": spec.symbol,
        "currency": spec.currency,
        "decimals": str(spec.decimals),
        "implementation": str(implementation),
        "lane": "open",
        "admin": str(spec.admin),
        "admin_delay_seconds": str(spec.admin_delay_seconds),
        "supply_cap": str(as_kept(cap)),
        "global_limit": limit_text(capacity, refill),
        **roles,
    }


def role_fact(role: Role, holder: Address) -> str:
    """The name of the fact that an account holds a role."""
    return f"role.{role.name}.{holder}"


def limit_fact(role: Role, holder: Address) -> str:
    """The name of the fact of a minter's or bridge's limit."""
    return f"{_WITH_LIMITS[role]}.{holder}"


def code_fact(account: Address) -> str:
    """The name of the fact that there is code at an address."""
    return f"code.{account}"


def limit_text(capacity: int, refill_per_second: int) -> str:
    """A limit, both in base units, as the coin keeps them."""
    return f"capacity {as_kept(capacity)} refill {as_kept(refill_per_second)}"


def read_limit(text: str) -> tuple[int, int]:
    """Capacity and refill of a limit's text, in base units."""
    _, capacity, _, refill = text.split(" ")
    return int(capacity), int(refill)


def spoken(fact: str, value: str, denomination: Denomination) -> str:
    """A fact as people read it: amounts in tokens."""
    kind = _kind(fact)
    if kind == "supply_cap":
        return str(denomination.from_base_units(int(value)))
    if kind in AMOUNTS:
        capacity, refill = map(denomination.from_base_units, read_limit(value))
        return f"{capacity}, {refill} back each second"
    return value


def feed_text(feed: ReserveFeed) -> str:
    """The feed of the reserve, and how old its answer may be."""
    return f"{feed.feed} at most {feed.max_age_seconds} s old"


def _kind(fact: str) -> str:
    return fact.partition(".")[0]


def _identity(coin: Stablecoin) -> Iterator[tuple[str, str]]:
    yield "name", _shown(coin.name())
    yield "symbol", _shown(coin.denomination.symbol)
    yield "currency", _shown(coin.currency())
    yield "decimals", str(coin.denomination.decimals)
    yield "implementation", str(coin.implementation())
    yield "lane", "closed" if coin.is_lane_closed() else "open"
    if uri := coin.contract_uri():
        yield "contract_uri", _shown(uri)
    if coin.is_allowlist_only():
        yield "allowlist_only", "on"


def _shown(text: str) -> str:
    """A coin's own text; one that would move a cursor or turn the line round stands as hex, and so deceives nobody."""
    return text if text.isprintable() else f"UTF-8 0x{text.encode().hex()}"


def _administration(coin: Stablecoin) -> Mapping[str, str]:
    facts = {"admin": str(coin.default_admin()), "admin_delay_seconds": str(coin.default_admin_delay_seconds())}
    if pending := coin.pending_default_admin():
        facts["pending_admin"] = str(pending.account)
    if change := coin.pending_default_admin_delay():
        facts["pending_admin_delay_seconds"] = str(change[0])
    return facts


def _limits(coin: Stablecoin) -> Mapping[str, str]:
    facts = {"supply_cap": str(coin.supply_cap().base_units), "global_limit": _text(coin.global_limit())}
    if feed := coin.reserve_feed():
        facts["reserve_feed"] = feed_text(feed)
    return facts


def _holders(coin: Stablecoin, role: Role) -> Mapping[str, str]:
    members = coin.role_members(role)
    if role is Role.MINTER_ROLE:
        return {limit_fact(role, member): _text(coin.minter_limit(member)) for member in members}
    if role is Role.BRIDGE_ROLE:
        return {limit_fact(role, member): _text(coin.bridge_limit(member)) for member in members}
    return {role_fact(role, member): HELD for member in members}


def _text(limit: Limit) -> str:
    return f"capacity {limit.capacity.base_units} refill {limit.refill_per_second.base_units}"


def _listed(coin: Stablecoin, name: str) -> Mapping[str, str]:
    accounts = coin.blacklisted_accounts() if name == "blacklisted" else coin.verified_accounts()
    return {f"{name}.{account}": "yes" for account in accounts}
