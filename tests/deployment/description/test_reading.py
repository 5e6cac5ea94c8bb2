"""read_description: a description file, read strictly

given the template: every value as it is written
given anything else than what such a file is: ConfigError with the line, nothing sent
given any text at all: a description, or a ConfigError with a line of the text
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import MAX_SUPPLY, Denomination
from stablecoin_tools.deployment import plan
from stablecoin_tools.deployment.description import LimitDescription, read_description
from stablecoin_tools.errors import ConfigError, Moved
from stablecoin_tools.networks import NETWORKS
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import ReserveFeed
from tests.deployment.description.drafts import TEXT, changed, line_with, with_line

DEV = [development_signer(index, NETWORKS["anvil"]).address for index in range(10)]
XSGD = Denomination("XSGD", 6)
MINTERS = "[coins.XSGD.minters.treasury]"
BRIDGE = '[coins.XSGD.bridges.guardian]\ncapacity = "5 XSGD"\nrefill_per_day = "0 XSGD"\n'


def test_the_template_says_what_it_says() -> None:
    read = read_description(TEXT)
    coin = read.coins["XSGD"]

    assert list(read.addresses.values()) == DEV
    assert list(read.signers.items()) == [(alias, f"dev{index}") for index, alias in enumerate(read.addresses)]
    assert (read.networks, coin.networks) == (("anvil",), ("anvil",))
    assert (coin.spec.name, coin.spec.symbol, coin.spec.currency) == ("Example Singapore Dollar", "XSGD", "SGD")
    assert (coin.spec.admin, coin.spec.admin_delay_seconds, coin.spec.salt) == (DEV[0], 48 * 3600, bytes(32))
    limits = (coin.spec.supply_cap, coin.spec.mint_limit, coin.spec.mint_limit_refill_per_day)
    assert limits == (1_000_000_000, 10_000_000, 10_000_000)
    assert coin.minters == {DEV[2]: LimitDescription(XSGD.amount(1_000_000), XSGD.amount("11.574074"))}
    assert (coin.bridges, coin.contract_uri, coin.is_allowlist_only, coin.reserve_feed) == ({}, "", False, None)
    assert (coin.paused, coin.blacklist, coin.verified) == (None, None, None)
    assert plan(coin.spec).coin


def test_the_template_keeps_roles_apart_that_check_each_other() -> None:
    roles = read_description(TEXT).coins["XSGD"].spec.roles

    assert set(roles) == set(Role) - {Role.DEFAULT_ADMIN_ROLE, Role.MINTER_ROLE, Role.BRIDGE_ROLE}
    assert all(roles.values())
    assert not set(roles[Role.PAUSER_ROLE]) & set(roles[Role.UNPAUSER_ROLE])
    assert not set(roles[Role.BLACKLISTER_ROLE]) & set(roles[Role.UNBLACKLISTER_ROLE])


def test_an_account_has_its_alias_or_its_address() -> None:
    read = read_description(TEXT)

    assert read.alias_of(DEV[7]) == "guardian"
    assert read.alias_of(Address(b"\1" * 20)) == "0x0101010101010101010101010101010101010101"


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (with_line("allowlist_only = true"), "is_allowlist_only", True),
        (with_line('contract_uri = "ipfs://x"'), "contract_uri", "ipfs://x"),
        (
            with_line('reserve_feed = { feed = "legal", max_age_hours = 24 }'),
            "reserve_feed",
            ReserveFeed(DEV[5], 24 * 3600),
        ),
        (with_line("paused = []"), "paused", PauseScope(0)),
        (with_line('paused = ["minting", "transfers"]'), "paused", PauseScope.MINTING | PauseScope.TRANSFERS),
        (with_line("blacklist = []"), "blacklist", frozenset()),
        (with_line('blacklist = ["legal", "guardian"]'), "blacklist", frozenset({DEV[5], DEV[7]})),
        (with_line('verified = ["legal"]'), "verified", frozenset({DEV[5]})),
        (with_line(f'implementation = "{DEV[5]}"'), "implementation", DEV[5]),
        (with_line("lane_closed = true"), "is_lane_closed", True),
        (
            f"{TEXT}{BRIDGE}",
            "bridges",
            {DEV[7]: LimitDescription(XSGD.amount(5), XSGD.amount(0))},
        ),
        (
            changed('"1,000,000 XSGD"', '"10,000,000 XSGD"'),
            "networks",
            ("anvil",),
        ),
        (
            changed("[networks.anvil]", "[networks.sepolia]\n[networks.anvil]\n[networks.mine]").replace(
                "# networks = ", 'networks = ["mine", "sepolia"] # '
            ),
            "networks",
            ("sepolia", "mine"),
        ),
    ],
    ids=range(13),
)
def test_reads_what_may_be_said_besides(text: str, field: str, value: Any) -> None:
    assert getattr(read_description(text).coins["XSGD"], field) == value


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (changed('"1,000,000,000 XSGD"', '"unlimited"'), "supply_cap", MAX_SUPPLY // 10**6),
        (changed('mint_limit = "10,000,000 XSGD"', 'mint_limit = "unlimited"'), "mint_limit", 1_000_000_000),
        (changed("admin_delay_hours = 48", "admin_delay_hours = 0"), "admin_delay_seconds", 0),
        (with_line(f'salt = "0x{"ab" * 32}"'), "salt", b"\xab" * 32),
    ],
    ids=range(4),
)
def test_reads_the_coin_itself(text: str, field: str, value: Any) -> None:
    assert getattr(read_description(text).coins["XSGD"].spec, field) == value


def test_nobody_holds_a_role_if_the_file_says_so() -> None:
    text = changed('SEIZER_ROLE = ["legal"]', "SEIZER_ROLE = []")

    assert read_description(text).coins["XSGD"].spec.roles[Role.SEIZER_ROLE] == ()


UNLIMITED = 'If that is meant, say so: "unlimited".'
GREATEST = f"{MAX_SUPPLY // 10**6:,} XSGD"

WRONG = {
    "an older version": (changed("version = 1", "version = 0"), "version = 0", "version 1 of the file alone", ""),
    "no version": (changed("version = 1", "# none"), "", "the file lacks version", "It begins with"),
    "a version that is a text": (changed("version = 1", 'version = "1"'), "version =", "a whole number", ""),
    "a version that is true": (changed("version = 1", "version = true"), "version =", "a whole number", ""),
    "an unknown section": (f"{TEXT}[minters]\n", "[minters]", "minters is nothing that this file has", ""),
    "a misspelled key": (changed("decimals", "decimalz"), "decimalz", "coins.XSGD.decimalz is", "Is 'decimals' meant?"),
    "a missing key": (changed("decimals", "# decimals"), "[coins.XSGD]", "coins.XSGD lacks decimals", ""),
    "a setting of a network": (
        changed("[networks.anvil]", "[networks.anvil]\nchain_id = 1"),
        "chain_id",
        "nothing",
        "",
    ),
    "a network that is no table": (changed("[networks.anvil]", "[networks]\nanvil = 1"), "anvil = 1", "a table", ""),
    "no network": (changed("[networks.anvil]", "[networks]"), "[networks]", "names no network", ""),
    "a number as a text": (changed("decimals = 6", 'decimals = "6"'), "decimals", "is to be a whole number", ""),
    "a delay with a fraction": (changed("hours = 48", "hours = 48.0"), "admin_delay", "is to be a whole number", ""),
    "a delay below zero": (changed("hours = 48", "hours = -1"), "admin_delay", "out of range", ""),
    "a number beyond TOML": (changed("hours = 48", f"hours = 0x{'f' * 63}"), "admin_delay", "out of range", ""),
    "a list as a text": (changed('["guardian"]', '"guardian"'), "PAUSER_ROLE", "is to be a list", ""),
    "no text in a list": (changed('["guardian"]', '["guardian", 1]'), "PAUSER_ROLE", "is to be a text", ""),
    "an unknown alias": (changed('["guardian"]', '["gardian"]'), "PAUSER", "'gardian' is no alias", "'guardian' meant"),
    "an address for an alias": (changed('["guardian"]', f'["{DEV[7]}"]'), "PAUSER", "is no alias", ""),
    "an unknown admin": (changed('admin = "admin" ', 'admin = "root" '), 'admin = "root"', "'root' is no alias", ""),
    "an unknown minter": (changed(MINTERS, "[coins.XSGD.minters.tresury]"), "tresury", "no alias", "'treasury' meant?"),
    "an unknown signer": (changed('guardian = "dev7"', 'x = "dev7"'), 'x = "dev7"', "'x' is no alias", ""),
    "no wallet's name": (changed('"dev7"', '"My Wallet"'), "My Wallet", "no wallet's name", ""),
    "an implementation by an alias": (with_line('implementation = "legal"'), "implementation", "Not an address", ""),
    "a wrong checksum": (changed("0x14dC", "0x14dc"), "0x14dc", "Wrong checksum", ""),
    "the zero address": (changed(str(DEV[7]), "0x" + "0" * 40), "0x000", "zero address", ""),
    "a short address": (changed(str(DEV[7]), str(DEV[7])[:-1]), "guardian =", "addresses.guardian is no address", ""),
    "no alias": (changed("guardian = ", '"the guardian" = '), "the guardian", "is no alias", ""),
    "an alias like an address": (changed("guardian = ", "0x14 = "), "0x14 =", "is no alias", ""),
    "one account twice": (changed(str(DEV[7]), str(DEV[6])), "guardian =", "guardian and onboarding are the same", ""),
    "one account in two spellings": (changed(str(DEV[7]), str(DEV[6]).lower()), "guardian =", "are the same", ""),
    "an alias twice in a role": (changed('["guardian"]', '["guardian", "guardian"]'), "PAUSER", "'guardian' twice", ""),
    "a key twice": (with_line("decimals = 6"), "decimals = 6\nsupply", "Cannot overwrite a value", ""),
    "an unknown role": (changed("PAUSER_ROLE", "PAUSING_ROLE"), "PAUSING", "is no role", "PAUSER_ROLE' meant?"),
    "a role that is not named": (changed("PAUSER_ROLE", "# P"), ".roles]", "lacks PAUSER_ROLE", "PAUSER_ROLE = []"),
    "minters among the roles": (
        changed("PAUSER_ROLE", "MINTER_ROLE"),
        "MINTER_ROLE =",
        "not stand here",
        "minters.ALIAS",
    ),
    "bridges among the roles": (changed("PAUSER_ROLE", "BRIDGE_ROLE"), "BRIDGE_", "not stand here", "bridges.ALIAS"),
    "the admin among the roles": (changed("PAUSER_ROLE", "DEFAULT_ADMIN_ROLE"), "DEFAULT_", "not stand", "`admin`"),
    "an amount without its symbol": (
        changed('cap = "1,000,000,000 XSGD"', 'cap = "1,000,000,000"'),
        "cap =",
        "Not an",
        "",
    ),
    "an amount as a number": (changed('cap = "1,000,000,000 XSGD"', "cap = 1_000_000_000"), "cap =", "be a text", ""),
    "another coin's amount": (changed('cap = "1,000,000,000 XSGD"', 'cap = "1 USDX"'), "cap =", "Wrong symbol", ""),
    "an amount too precise": (changed('"1,000,000 XSGD"', '"0.0000001 XSGD"'), "capacity", "Too precise", ""),
    "a cap with cents": (
        changed('"1,000,000,000 XSGD"', '"1,000,000,000.5 XSGD"'),
        "supply_cap",
        "no whole number",
        "",
    ),
    "the greatest cap": (changed('"1,000,000,000 XSGD"', f'"{GREATEST}"'), "supply_cap", "can ever have", UNLIMITED),
    "a cap that is kept as the greatest": (
        changed('"1,000,000,000 XSGD"', f'"{MAX_SUPPLY // 10**6 - 1:,} XSGD"'),
        "supply_cap",
        "can ever have",
        UNLIMITED,
    ),
    "a limit like the cap": (changed('"10,000,000 X', '"1,000,000,000 X'), "mint_limit", "whole supply cap", UNLIMITED),
    "a limit above the cap": (changed('"10,000,000 X', '"1,000,000,001 X'), "mint_limit", "supply cap", UNLIMITED),
    "a refill without a limit": (
        changed('_day = "10,000,000 XSGD"', '_day = "unlimited"'),
        "limit_refill",
        "Not an",
        "",
    ),
    "a limit that never refills": (
        changed('_day = "10,000,000 XSGD"', '_day = "0 XSGD"'),
        "limit_refill",
        "refill",
        "",
    ),
    "an unlimited minter": (changed('"1,000,000 XSGD"', '"unlimited"'), "capacity", "no minter is unlimited", ""),
    "a minter without a refill": (
        changed('\nrefill_per_day = "1,000,000 XSGD"', ""),
        MINTERS,
        "treasury lacks refill_per_day",
        "",
    ),
    "a minter above the limit": (
        changed('"1,000,000 XSGD"', '"10,000,000.01 XSGD"'),
        "capacity",
        "mint_limit of 10,000,000.00 XSGD: no minter is",
        "",
    ),
    "a bridge above the limit": (
        f"{TEXT}{BRIDGE.replace('5 XSGD', '10,000,001 XSGD')}",
        'capacity = "10,',
        "no bridge is unlimited",
        "",
    ),
    "a minter of nothing": (changed('"1,000,000 XSGD"', '"0 XSGD"'), "capacity", "is left out", ""),
    "a refill of less than a base unit": (
        TEXT.replace('per_day = "1,000,000 XSGD"', 'per_day = "0.08 XSGD"'),
        'refill_per_day = "0',
        "one base unit",
        "",
    ),
    "a refill that takes 272 years": (
        TEXT.replace('per_day = "1,000,000 XSGD"', 'per_day = "0.0864 XSGD"').replace(
            'y = "1,000,000 X', 'y = "8,590 X'
        ),
        'refill_per_day = "0',
        "272 years",
        "",
    ),
    "no currency": (changed('"SGD"', '"sgd"'), "currency", "Not an ISO 4217 code", ""),
    "too many decimals": (changed("decimals = 6", "decimals = 19"), "decimals", "0 to 18, not 19", ""),
    "a long name": (
        changed("Example Singapore Dollar", "x" * 32),
        "name = ",
        "Not a printable text of 1 to 31 bytes",
        "",
    ),
    "no salt": (with_line('salt = "0x00"'), "salt", "no salt", "64 hex digits"),
    "no page": (with_line('contract_uri = "coin.json"'), "contract_uri", "no address of a page", ""),
    "a page over two lines": (with_line('contract_uri = "https://x\\n"'), "contract_uri", "no address of a page", ""),
    "a coin on an unknown network": (
        with_line('networks = ["anvill"]'),
        "networks = [",
        "no network of",
        "'anvil' meant?",
    ),
    "a coin on a network twice": (with_line('networks = ["anvil", "anvil"]'), "networks = [", "'anvil' twice", ""),
    "a coin on no network": (with_line("networks = []"), "networks = [", "names no network", ""),
    "an unknown scope": (with_line('paused = ["all"]'), "paused", "no scope of a pause", ""),
    "a scope twice": (with_line('paused = ["minting", "minting"]'), "paused", "twice", ""),
    "an unknown account on the blacklist": (with_line('blacklist = ["x"]'), "blacklist", "no alias", ""),
    "a feed of no age": (
        with_line('reserve_feed = { feed = "legal", max_age_hours = 0 }'),
        "reserve_feed",
        "is to be 1 to",
        "",
    ),
    "a feed without an age": (
        with_line('reserve_feed = { feed = "legal" }'),
        "reserve_feed",
        "lacks max_age_hours",
        "",
    ),
    "a symbol with a space": (TEXT.replace("coins.XSGD", 'coins."X SGD"'), '[coins."X SGD"]', "no spaces", ""),
    "what is no TOML": (changed("decimals = 6", "decimals = six"), "decimals", "this is no TOML", ""),
    "an empty file": ("", "", "lacks version", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_refuses(name: str) -> None:
    text, stands, words, hint = WRONG[name]
    with pytest.raises(ConfigError) as refused:
        read_description(text)

    place, _, said = str(refused.value).partition(": ")
    code = "\n".join("#" * len(line) if line.startswith("#") else line for line in text.split("\n"))
    assert place == f"stablecoin.toml, line {line_with(code, stands)}"
    assert words in said
    assert hint in refused.value.hint
    assert refused.value.moved is Moved.NO


def test_no_coin_is_an_error_too() -> None:
    text = TEXT[: TEXT.index("[coins.XSGD]")]
    with pytest.raises(ConfigError, match="describes no coin"):
        read_description(f"{text}[coins]\n")


def test_errors_name_the_file_as_it_was_named() -> None:
    with pytest.raises(ConfigError, match=r"^prod\.toml, line 1: "):
        read_description("", source="prod.toml")


def _reads_or_refuses(text: str) -> None:
    try:
        read_description(text)
    except ConfigError as error:
        said = str(error)
    else:
        return
    place = re.match(r"stablecoin\.toml, line ([0-9]+): .", said)
    assert place, said
    assert 1 <= int(place[1]) <= len(text.split("\n"))


LINES = TEXT.split("\n")
PIECES = st.sampled_from(
    [
        *("[", "]", "{", "}", "'", '"', '""', '"""', "=", ".", ",", "#", "\n", "\r", "\\", "\0", "\x85", "\u2028", "é"),
        *("0x", "9" * 4400, "[" * 3000, "a." * 30, "true", "-1", "1e9", "nan", "1979-05-27", "\\u0000", "https://"),
        *("[coins.XSGD]", "[coins]", "[[coins]]", "roles", "minters", "XSGD", '"unlimited"', '"0 XSGD"'),
    ]
)


@given(st.text())
@example("a." * 2000 + "b = 1")
@example("[" * 3000)
@example("version = 0x" + "f" * 5000)
@example("version = 1\n" + "[coins]\n" * 2)
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    _reads_or_refuses(text)


@settings(max_examples=300)
@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.lists(PIECES, max_size=3))
def test_any_text_near_a_good_one_is_read_or_refused_with_a_line(start: int, length: int, pieces: list[str]) -> None:
    _reads_or_refuses(TEXT[:start] + "".join(pieces) + TEXT[start + length :])


@given(st.permutations(range(len(LINES))).map(lambda order: "\n".join(LINES[number] for number in order)))
def test_the_lines_in_any_order_are_read_or_refused_with_a_line(text: str) -> None:
    _reads_or_refuses(text)
