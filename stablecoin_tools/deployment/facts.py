"""How a coin stands, as flat facts that can be compared, written to a file and read aloud.

    name symbol currency decimals               what it is
    implementation lane                         what serves it: an address; "open" or "closed"
    admin admin_delay_seconds                   who grants roles, and how long a change of that waits
    pending_admin pending_admin_delay_seconds   changes under way
    role.<ROLE>.<account>                       "held"
    minter.<account> bridge.<account>           "capacity <base units> refill <base units a second>", as set last
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

from stablecoin_tools.addresses import ZERO_ADDRESS, parse_address
from stablecoin_tools.roles import Role
from stablecoin_tools.token import ReserveFeed, as_kept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount, Denomination
    from stablecoin_tools.deployment.plans import Facts
    from stablecoin_tools.deployment.spec import CoinSpec
    from stablecoin_tools.token import Stablecoin

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
    "is_proper",
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

_ONLY: Final[Mapping[str, tuple[str, ...]]] = {
    "role": (HELD,),
    "lane": ("open", "closed"),
    "allowlist_only": ("on",),
    "paused": ("paused",),
    "blacklisted": ("yes",),
    "verified": ("yes",),
    "code": (THERE,),
}
"""Kinds of facts that are one of a few words."""

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


def is_minded(fact: str, named: Collection[str], lifted: Collection[str] = ()) -> bool:
    """Whether a plan is overtaken once this fact is otherwise than it says.

    What the plan changes always counts, and pauses and lists only then: an emergency stop never bars a plan about other
    things, but whoever is about to lift a pause must have known of all. What only replaces the implementation, or takes
    it back, does so whoever holds which power by then.

    Args:
        fact: Which.
        named: All facts of the coin that the plan changes.
        lifted: Those of them that it ends.
    """
    kind = _kind(fact)
    if fact in named or (kind == "paused" and any(_kind(each) == "paused" for each in lifted)):
        return True
    if kind in _OF_THE_HOUR:
        return False
    is_upgrade = bool(named) and all(_kind(each) in _SERVING for each in named)
    return kind in (*_IDENTITY, *_SERVING) if is_upgrade else True


def is_proper(fact: str, value: str, denomination: Denomination) -> bool:
    """Whether a fact is written as this module writes it, so that nobody reads one thing where another stands.

    Raises:
        ValueError: If it is none at all, in ways of its own kind.
    """
    kind, _, rest = fact.partition(".")
    if kind in ("minter", "bridge", "blacklisted", "verified", "code"):
        rest = str(parse_address(rest)) if rest.startswith("0x") else ""
    if kind == "role":
        name, _, holder = rest.partition(".")
        rest = f"{Role[name].name}.{parse_address(holder)}"
    if kind in AMOUNTS:
        spoken(fact, value, denomination)
        written = str(int(value)) if kind == "supply_cap" else _limit_text(*_amounts(value, denomination))
    elif kind in _ONLY:
        written = value if value in _ONLY[kind] else ""
    elif kind in ("implementation", "admin", "pending_admin"):
        written = str(parse_address(value)) if value != str(ZERO_ADDRESS) else value
    elif kind == "reserve_feed":
        feed, _, _, seconds, *_ = value.split(" ")
        written = feed_text(ReserveFeed(parse_address(feed), int(seconds)))
    elif kind in ("decimals", "admin_delay_seconds", "pending_admin_delay_seconds"):
        written = str(int(value))
    else:
        written = value if kind in ("name", "symbol", "currency", "contract_uri") else ""
    return (fact, value) == (f"{kind}.{rest}" if rest else kind, written)


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


def _amounts(text: str, denomination: Denomination) -> tuple[Amount, Amount]:
    capacity, refill = map(denomination.from_base_units, read_limit(text))
    return capacity, refill


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
        capacity, refill = _amounts(value, denomination)
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
    limit = coin.global_limit()
    facts = {
        "supply_cap": str(coin.supply_cap().base_units),
        "global_limit": _limit_text(limit.capacity, limit.refill_per_second),
    }
    if feed := coin.reserve_feed():
        facts["reserve_feed"] = feed_text(feed)
    return facts


def _holders(coin: Stablecoin, role: Role) -> Mapping[str, str]:
    members = coin.role_members(role)
    if role in _WITH_LIMITS:
        return {limit_fact(role, member): _limit_text(*coin.limit_as_set(role, member)) for member in members}
    return {role_fact(role, member): HELD for member in members}


def _limit_text(capacity: Amount, refill_per_second: Amount) -> str:
    return f"capacity {capacity.base_units} refill {refill_per_second.base_units}"


def _listed(coin: Stablecoin, name: str) -> Mapping[str, str]:
    accounts = coin.blacklisted_accounts() if name == "blacklisted" else coin.verified_accounts()
    return {f"{name}.{account}": "yes" for account in accounts}
