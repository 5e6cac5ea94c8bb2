"""`stablecoin init`: a description file to begin with

given none in the folder: one that is valid as it is
given one: it is left as it is
given a coin that cannot be: refused, and nothing is written
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.cli.app import app
from stablecoin_tools.deployment.description import read_description
from stablecoin_tools.deployment.description.template import template
from stablecoin_tools.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "stablecoin.toml"


def _init(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["init", *arguments], prog_name="stablecoin", catch_exceptions=False)


def test_writes_a_file_that_is_valid_as_it_is(file: Path) -> None:
    done = _init("--coin", "XSGD", "--currency", "SGD", "--name", "Example Singapore Dollar", "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"file": "stablecoin.toml", "coin": "XSGD", "next": "stablecoin plan"}
    spec = read_description(file.read_text(encoding="utf-8")).coins["XSGD"].spec
    assert (spec.name, spec.currency) == ("Example Singapore Dollar", "SGD")


def test_leaves_a_file_that_is_there(file: Path) -> None:
    file.write_text("mine")

    refused = _init()

    assert (refused.exit_code, file.read_text()) == (2, "mine")
    assert "left as it is" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--currency", "usd"), "Not an ISO 4217 code"),
        (("--name", ""), "1 to 31 bytes"),
        (("--coin", "X SGD"), "no spaces"),
        (("--name", "ftp://me:secret@here"), "looks like a URL with credentials"),
    ],
)
def test_writes_nothing_for_a_coin_that_cannot_be(file: Path, arguments: tuple[str, ...], words: str) -> None:
    refused = _init(*arguments)

    assert refused.exit_code == 2
    assert words in refused.stderr
    assert not file.exists()


def test_a_folder_that_is_gone_is_told(file: Path) -> None:
    file.parent.rmdir()

    refused = _init()

    assert refused.exit_code == 2
    assert "stablecoin.toml cannot be written: No such file or directory" in refused.stderr


@given(st.text(min_size=1, max_size=31), st.text(min_size=1, max_size=31))
def test_any_name_and_symbol_are_written_as_they_are_or_refused(symbol: str, name: str) -> None:
    try:
        read = read_description(template(symbol=symbol, currency="USD", name=name))
    except ConfigError:
        return
    assert read.coins.keys() == {symbol}
    assert read.coins[symbol].spec.name == name
