"""Who can do what to a coin now, and what of that is not as it should be. The chain is read; nothing is sent."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from stablecoin_tools.addresses import ZERO_ADDRESS, Address, parse_address
from stablecoin_tools.amounts import MAX_BASE_UNITS, Denomination
from stablecoin_tools.deployment.creation import check_record, plan
from stablecoin_tools.deployment.facts import AMOUNTS, LISTS, limit_fact, read_limit, spoken
from stablecoin_tools.deployment.implementations import shipped_implementation
from stablecoin_tools.deployment.planning import left_alone, wanted_facts
from stablecoin_tools.deployment.standing import powers_of, read_standing
from stablecoin_tools.deployment.steps import differences
from stablecoin_tools.networks import NETWORKS
from stablecoin_tools.roles import Role
from stablecoin_tools.signers.accounts import DEVELOPMENT_ACCOUNTS, development_signer
from stablecoin_tools.token import Stablecoin, as_kept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from stablecoin_tools.chain import Chain
    from stablecoin_tools.deployment.description import CoinDescription, Description
    from stablecoin_tools.deployment.implementations import Implementations
    from stablecoin_tools.deployment.plans import Change, Facts
    from stablecoin_tools.deployment.records import Deployment, DeploymentRecords
    from stablecoin_tools.deployment.standing import PendingSuccession, Standing

__all__ = ["AuditFinding", "AuditedCoin", "Kind", "audit", "audit_network"]

_DAY: Final = timedelta(days=1)
_DAY_SECONDS: Final = 24 * 3600
_CREATING: Final = (Role.MINTER_ROLE, Role.BRIDGE_ROLE)
_HIGH: Final = (
    Role.DEFAULT_ADMIN_ROLE,
    Role.UPGRADER_ROLE,
    Role.MINTER_ADMIN_ROLE,
    Role.UNPAUSER_ROLE,
    Role.UNBLACKLISTER_ROLE,
    Role.SEIZER_ROLE,
)
"""What is no single key's to do. Stopping is: `PAUSER_ROLE` and `BLACKLISTER_ROLE` must be fast."""


class Kind(enum.Enum):
    """What a finding is about. The value is its name for machines."""

    DRIFT = "drift"
    MISSING = "missing"
    MINTS_AND_UPGRADES = "mints-and-upgrades"
    MINTS_AND_ADMINISTERS_MINTERS = "mints-and-administers-minters"
    MINTS_AND_IS_ADMIN = "mints-and-is-admin"
    PAUSES_AND_UNPAUSES = "pauses-and-unpauses"
    BLACKLISTS_AND_UNBLACKLISTS = "blacklists-and-unblacklists"
    BLACKLISTS_AND_SEIZES = "blacklists-and-seizes"
    SINGLE_KEY = "single-key"
    PUBLIC_KEY = "public-key"
    UNLIMITED = "unlimited"
    UNKNOWN_CODE = "unknown-code"
    NO_ADMIN = "no-admin"
    NOBODY_STOPS = "nobody-stops"
    SHORT_DELAY = "short-delay"
    PENDING_ADMIN = "pending-admin"
    OVERDUE_ADMIN = "overdue-admin"
    PENDING_DELAY = "pending-delay"


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that is not as it should be.

    Attributes:
        kind: What it is about.
        who: The account that it is about; None if it is about nobody, or about what nobody does.
        meaning: What it means.
        remedy: What to do.
        fact: Of drift, which fact of `facts.py`; empty otherwise.
    """

    kind: Kind
    who: Address | None
    meaning: str
    remedy: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class AuditedCoin:
    """One coin after its audit.

    Attributes:
        symbol: Its ticker.
        address: Where it is; None if it was described and is not there.
        powers: Who holds each role.
        findings: What is not as it should be.
        paused: The scopes that are stopped now, in words.
    """

    symbol: str
    address: Address | None
    powers: Mapping[Role, tuple[Address, ...]]
    findings: tuple[AuditFinding, ...]
    paused: tuple[str, ...] = ()


_PAIRS: Final = (
    (
        Kind.MINTS_AND_UPGRADES,
        _CREATING,
        Role.UPGRADER_ROLE,
        "It creates coins and replaces the code that limits how many.",
        "Give UPGRADER_ROLE to another account, a timelock at best.",
    ),
    (
        Kind.MINTS_AND_ADMINISTERS_MINTERS,
        _CREATING,
        Role.MINTER_ADMIN_ROLE,
        "It creates coins and sets its own limit.",
        "Give MINTER_ADMIN_ROLE to another account.",
    ),
    (
        Kind.MINTS_AND_IS_ADMIN,
        _CREATING,
        Role.DEFAULT_ADMIN_ROLE,
        "It creates coins and grants every role, the supply cap included.",
        "Let another account mint.",
    ),
    (
        Kind.PAUSES_AND_UNPAUSES,
        (Role.PAUSER_ROLE,),
        Role.UNPAUSER_ROLE,
        "Whoever stops the coin by mistake, or with a stolen key, also lets it go on.",
        "Give UNPAUSER_ROLE to another account.",
    ),
    (
        Kind.BLACKLISTS_AND_UNBLACKLISTS,
        (Role.BLACKLISTER_ROLE,),
        Role.UNBLACKLISTER_ROLE,
        "Nobody else has a say in which accounts are set free.",
        "Give UNBLACKLISTER_ROLE to another account.",
    ),
    (
        Kind.BLACKLISTS_AND_SEIZES,
        (Role.BLACKLISTER_ROLE,),
        Role.SEIZER_ROLE,
        "It takes the coins of any holder by itself.",
        "Give SEIZER_ROLE to another account.",
    ),
)


def audit_network(
    chain: Chain,
    records: DeploymentRecords,
    *,
    description: Description | None = None,
    symbol: str | None = None,
    known: Implementations | None = None,
) -> tuple[AuditedCoin, ...]:
    """Audits the coins that are recorded on a chain, and those that are described there.

    Args:
        chain: Where.
        records: Where the coins are recorded.
        description: How they should stand, if anybody said so.
        symbol: The only coin to look at; all of them, if None.
        known: What upgrades were made to, beside what ships with the package.

    Raises:
        ConfigError: If a recorded coin is not there, or its record does not fit its address.
        ChainError: If the chain cannot be read.
    """
    here = chain.network
    recorded = {record.symbol: record for record in records.on_chain(here.chain_id)}
    coins = description.coins if description else {}
    described = {key: coin for key, coin in coins.items() if here.name in coin.networks}
    asked = [key for key in dict.fromkeys((*described, *recorded)) if symbol in (None, key)]
    return tuple(
        _audited(chain, recorded[key], described.get(key), known) if key in recorded else _missing(key) for key in asked
    )


def audit(standing: Standing, *, wanted: Facts | None = None, unsaid: Collection[str] = ()) -> tuple[AuditFinding, ...]:
    """Judges how a coin stands. Pure.

    Args:
        standing: How it stands.
        wanted: How it should, by its description; None if there is none.
        unsaid: The kinds of facts of which the description says nothing.
    """
    powers = powers_of(standing.facts)
    return (
        *(_drift(standing, wanted, unsaid) if wanted is not None else ()),
        *_joined(powers),
        *_single_keys(standing, powers),
        *_public_keys(standing, powers),
        *_unlimited(standing.facts, powers),
        *_nobody_there(powers),
        *_changes_of_admin(standing),
    )


def _audited(
    chain: Chain, record: Deployment, description: CoinDescription | None, known: Implementations | None
) -> AuditedCoin:
    check_record(record, chain)
    coin = Stablecoin(chain, record.address, created_in_block=record.block_number)
    unsaid = LISTS if description is None else left_alone(description)
    wanted = wanted_facts(description, plan(description.spec).implementation) if description else None
    standing = read_standing(coin, chain, lists=[name for name in LISTS if name not in unsaid])
    findings = (*audit(standing, wanted=wanted, unsaid=unsaid), *_unknown_code(chain, standing.facts, wanted, known))
    paused = tuple(fact.partition(".")[2] for fact in sorted(standing.facts) if _kind(fact) == "paused")
    return AuditedCoin(record.symbol, record.address, powers_of(standing.facts), findings, paused)


def _missing(symbol: str) -> AuditedCoin:
    finding = AuditFinding(
        Kind.MISSING,
        None,
        f"The file describes {symbol} here, and no {symbol} is recorded.",
        "Create it by `stablecoin plan`, or take the network from its `networks`.",
    )
    return AuditedCoin(symbol, None, {}, (finding,))


def _unknown_code(
    chain: Chain, facts: Facts, wanted: Facts | None, known: Implementations | None
) -> Iterator[AuditFinding]:
    """What serves the coin is no release of this package, nobody recorded an upgrade to it, and no file names it."""
    address = parse_address(facts["implementation"])
    code = chain.code(address)
    recorded = known.recorded(address) if known else None
    is_known = shipped_implementation().artifact.is_runtime(code) or (
        recorded is not None and recorded.artifact.is_runtime(code)
    )
    if not is_known and (wanted is None or wanted["implementation"] != str(address)):
        meaning = f"What stands behind the coin, {address}, is neither this release's nor one that an upgrade recorded."
        remedy = "If nobody meant that, pause it and go back: `stablecoin pause`, `stablecoin upgrade`."
        yield AuditFinding(Kind.UNKNOWN_CODE, None, meaning, remedy)


def _drift(standing: Standing, wanted: Facts, unsaid: Collection[str]) -> Iterator[AuditFinding]:
    """What is not as described; changes under way are findings of their own."""
    is_counted_alike = standing.facts["decimals"] == wanted["decimals"]
    for change in differences(standing.facts, wanted, left_alone=unsaid):
        is_compared = is_counted_alike or _kind(change.fact) not in AMOUNTS or None in (change.before, change.after)
        if change.fact.startswith("pending_") or not is_compared:
            continue
        last = change.fact.rpartition(".")[2]
        who = parse_address(last) if last.startswith("0x") else None
        yield AuditFinding(
            Kind.DRIFT,
            who,
            _drift_words(change, _denomination(standing.facts)),
            _mends(change.fact),
            change.fact,
        )


def _drift_words(change: Change, denomination: Denomination) -> str:
    fact = change.fact.rpartition(".0x")[0] or change.fact
    before, after = (value and spoken(change.fact, value, denomination) for value in (change.before, change.after))
    if change.after is None:
        return f"The chain has {fact} ({before}); the file does not."
    if change.before is None:
        return f"The file has {fact} ({after}); the chain does not."
    return f"{fact} is {before} on the chain, {after} in the file."


def _mends(fact: str) -> str:
    if fact in ("implementation", "lane"):
        return "If that was meant, name it in the file; if not, go back by `stablecoin upgrade` or `stablecoin lane`."
    if fact in ("name", "symbol", "currency", "decimals"):
        return "Mend the file: nothing changes that."
    return "Run `stablecoin plan`, or mend the file."


def _kind(fact: str) -> str:
    return fact.partition(".")[0]


def _joined(powers: Mapping[Role, tuple[Address, ...]]) -> Iterator[AuditFinding]:
    """Roles that check each other, in one hand."""
    for kind, ones, other, meaning, remedy in _PAIRS:
        for holder in dict.fromkeys(party for role in ones for party in powers[role]):
            if holder in powers[other]:
                yield AuditFinding(kind, holder, meaning, remedy)


def _single_keys(standing: Standing, powers: Mapping[Role, tuple[Address, ...]]) -> Iterator[AuditFinding]:
    """Who holds a high role by one key; on a development chain all keys are public, and it says nothing."""
    if standing.network.is_development:
        return
    for holder in sorted(standing.single_keys):
        if held := [role.name for role in _HIGH if holder in powers[role]]:
            meaning = f"One key is enough for {', '.join(held)}: no contract stands at the address."
            yield AuditFinding(Kind.SINGLE_KEY, holder, meaning, "Give it to a multisig wallet or a timelock.")


def _public_keys(standing: Standing, powers: Mapping[Role, tuple[Address, ...]]) -> Iterator[AuditFinding]:
    """Accounts of development chains that hold a role elsewhere, as in a file that was begun by `stablecoin init`."""
    if standing.network.is_development:
        return
    known = {development_signer(index, NETWORKS["anvil"]).address for index in range(DEVELOPMENT_ACCOUNTS)}
    for holder in sorted(known & {party for held in powers.values() for party in held}):
        held = ", ".join(role.name for role, parties in powers.items() if holder in parties)
        meaning = f"Everybody has its key, for it is an account of development chains, and it holds {held}."
        yield AuditFinding(Kind.PUBLIC_KEY, holder, meaning, "Give its roles to another account at once.")


def _unlimited(facts: Facts, powers: Mapping[Role, tuple[Address, ...]]) -> Iterator[AuditFinding]:
    """Minters and bridges whose own limit stops nothing that the coin's limits would not."""
    amount = _denomination(facts).from_base_units
    most = min(read_limit(facts["global_limit"])[0], int(facts["supply_cap"]))
    for role in _CREATING:
        for holder in powers[role]:
            capacity, refill = read_limit(facts[limit_fact(role, holder)])
            # What comes back in a day was divided by its seconds and cut to what the coin keeps.
            if most and (capacity >= most or (refill and refill >= as_kept(most // _DAY_SECONDS))):
                a_day = min(refill * _DAY_SECONDS, MAX_BASE_UNITS)
                meaning = (
                    f"Its limit, {amount(capacity)} and {amount(a_day)} more each day, stops nothing: "
                    f"all together may create {amount(most)}."
                )
                remedy = f"Lower it: `stablecoin {'minter' if role is Role.MINTER_ROLE else 'bridge'} configure`."
                yield AuditFinding(Kind.UNLIMITED, holder, meaning, remedy)


def _nobody_there(powers: Mapping[Role, tuple[Address, ...]]) -> Iterator[AuditFinding]:
    """Roles that an emergency needs, and nobody holds."""
    if not powers[Role.DEFAULT_ADMIN_ROLE]:
        meaning = "Nobody grants or revokes roles, for good: a stolen key keeps what it may do."
        yield AuditFinding(
            Kind.NO_ADMIN, None, meaning, "Only an upgrade, if anybody holds UPGRADER_ROLE, changes that."
        )
    for role, what in ((Role.PAUSER_ROLE, "stop the coin"), (Role.BLACKLISTER_ROLE, "stop an account")):
        if not powers[role]:
            meaning = f"Nobody holds {role.name}: in an emergency, nobody can {what}."
            yield AuditFinding(
                Kind.NOBODY_STOPS, None, meaning, f"Grant it: `stablecoin roles grant {role.name} ACCOUNT`."
            )


def _changes_of_admin(standing: Standing) -> Iterator[AuditFinding]:
    """The delay of a change of admin, and changes that were begun."""
    facts, succession = standing.facts, standing.succession
    delay = timedelta(seconds=int(facts["admin_delay_seconds"]))
    if delay < _DAY and not standing.network.is_testnet:
        meaning = f"The admin changes hands after {delay}: nobody has time to notice a theft."
        remedy = "Lengthen the delay to a day at least: `admin_delay_hours` of the file, then `stablecoin plan`."
        yield AuditFinding(Kind.SHORT_DELAY, None, meaning, remedy)
    if succession is not None:
        yield _succession(succession, standing.now)
    if pending := facts.get("pending_admin_delay_seconds"):
        meaning = f"The delay of a change of admin is to be {timedelta(seconds=int(pending))}, now {delay}."
        yield AuditFinding(
            Kind.PENDING_DELAY, None, meaning, "If nobody meant that, the admin's key is not safe: roll it back."
        )


def _succession(succession: PendingSuccession, now: datetime) -> AuditFinding:
    heir, at = succession.heir, f"{succession.acceptable_after:%Y-%m-%d %H:%M} UTC"
    who = None if heir == ZERO_ADDRESS else heir
    what = "The admin's role is given up for good" if who is None else "It becomes the admin"
    cancel = "`stablecoin admin cancel`"
    if succession.acceptable_after < now:
        meaning = f"{what} whenever it is accepted, since {at}; that never expires."
        return AuditFinding(Kind.OVERDUE_ADMIN, who, meaning, f"Accept it, or have the admin take it back: {cancel}.")
    meaning = f"{what} if it is accepted after {at}."
    return AuditFinding(
        Kind.PENDING_ADMIN, who, meaning, f"If nobody meant that, have the admin take it back: {cancel}."
    )


def _denomination(facts: Facts) -> Denomination:
    return Denomination(facts["symbol"], int(facts["decimals"]))
