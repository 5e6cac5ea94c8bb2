"""Secrets in a description file: refused with their line, and never repeated

given a private key, wherever it is: refused, but for a salt
given a recovery phrase: refused, in a text, a list or a comment
given a URL with credentials: refused
"""

from __future__ import annotations

import pytest

from stablecoin_tools.deployment.description import read_description
from stablecoin_tools.errors import ConfigError, Moved
from stablecoin_tools.networks import DEVELOPMENT_MNEMONIC
from tests.deployment.description.drafts import TEXT, changed, line_with, with_line

KEY = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ESCAPED = "\\u0034" + KEY[1:]


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (changed('"dev9"', f'"{KEY}"'), KEY),
        (changed('"dev9"', f'"0x{KEY.upper()}"'), KEY.upper()),
        (changed('"dev9"', f'"{ESCAPED}"'), KEY[1:]),
        (changed('engineering = "dev9"', f'"{ESCAPED}" = "dev9"'), KEY[1:]),
        (changed('"dev9"', f"0x{KEY}"), KEY),
        (f"{TEXT}# {KEY}\n", KEY),
        (with_line(f'key_of_salt = "0x{KEY}"'), KEY),
        (with_line(f'not-salt = "0x{KEY}"'), KEY),
        (with_line(f'salt = "0x{"00" * 32}"  # {KEY}'), KEY),
        (f"not even TOML {KEY}", KEY),
        (changed('"dev9"', f'"{PHRASE}"'), "winner"),
        (changed('"dev9"', f'"{PHRASE.upper()}"'), "WINNER"),
        (changed('"dev9"', f'"""\n{PHRASE.replace(" ", chr(10))}"""'), "winner"),
        (changed('["guardian"]', f"{PHRASE.split()}"), "winner"),
        (changed('"dev9"', f'"my phrase is: {PHRASE}"'), "winner"),
        (f"# {PHRASE}\n{TEXT}", "winner"),
        (changed('"dev9"', f'"{DEVELOPMENT_MNEMONIC}"'), "junk"),
        (changed("[networks.anvil]", '[networks.anvil]\nrpc_url = "https://me:hunter2@node.example"'), "hunter2"),
        (changed('"dev9"', '"wss://token-hunter2@node.example/x"'), "hunter2"),
        (with_line('contract_uri = "https://node.example/x?apikey=hunter2"'), "hunter2"),
    ],
    ids=range(20),
)
def test_are_refused_with_their_line_and_not_repeated(text: str, secret: str) -> None:
    with pytest.raises(ConfigError, match=r"^stablecoin\.toml, line [0-9]+: this looks like ") as refused:
        read_description(text)

    said = f"{refused.value} {refused.value.hint} {refused.value!r}"
    assert secret not in said
    assert refused.value.__cause__ is None
    assert refused.value.moved is Moved.NO
    line = int(str(refused.value).split(":")[0].rpartition(" ")[2])
    marks = (secret, "\\u0034", "apikey", "://", "winner")
    assert line_with(text, next(mark for mark in marks if mark in text)) - line in (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        with_line(f'salt = "0x{KEY}"'),
        with_line(f"'salt'='0x{KEY}'"),
        with_line('contract_uri = "https://example.com/coin@2.json"'),
        f"# {'these accounts have been made with great care under four eyes while nobody else was there ' * 3}\n{TEXT}",
        f"# {PHRASE.rsplit(' ', 1)[0]}\n{TEXT}",  # eleven words
        f"# {KEY[1:]}\n{TEXT}",  # 63 digits
    ],
    ids=range(6),
)
def test_what_only_resembles_one_is_read(text: str) -> None:
    assert read_description(text).coins.keys() == {"XSGD"}


def test_a_value_of_the_wrong_kind_is_not_repeated_either() -> None:
    for place in ('"dev9"', "6\n", '"48"', '"anvil"'):
        if place in TEXT:
            with pytest.raises(ConfigError) as refused:
                read_description(changed(place, '"hunter2 !"\n'))
            assert "hunter2" not in str(refused.value)
