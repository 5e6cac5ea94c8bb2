"""Journal(url): no part of a database's URL is ever told, whatever stands in it and whoever speaks of it

when a URL has more than one @: refused before a driver sees it, and it is said how to write a password
when a password is written with %40, %2F and %3F: it is the driver's to use
when the driver or the server names user, password, host, database or an option: `<hidden>` stands there
"""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stablecoin_tools.errors import ConfigError, JournalError
from stablecoin_tools.transactions.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "hunter22secret"  # noqa: S105  # the password that must not be told
pieces = st.text("ab0 @/?#:%[]=&+'\"\\;$-_.é", max_size=6)


def _told(url: str) -> str:
    """All that is said of a URL that leads to no journal."""
    with pytest.raises(JournalError) as refused:
        Journal(url)
    error = refused.value
    return "".join(traceback.format_exception(error)) + repr(error) + str(error) + error.hint


@given(before=pieces, after=pieces)
@example(before="a@", after="/b")
@example(before="a@", after="?b")
@example(before="a@", after="#b")
@example(before="a@", after="")
@example(before="a@127.0.0.1:1/", after="")
@settings(max_examples=150)
def test_no_password_is_told_whatever_it_holds(before: str, after: str) -> None:
    url = f"postgresql://user:{before}{SECRET}{after}@127.0.0.1:1/journal?connect_timeout=1"
    assert SECRET not in _told(url)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:a@{SECRET}/b@host/journal",
        f"postgresql://user:a@{SECRET}?b@host/journal",
        f"postgresql+psycopg://user:{SECRET}@host/journal@2",
        f"postgresql://user:{SECRET}@host/journal?user=me@realm",
    ],
)
def test_a_second_at_sign_is_refused_before_a_driver_sees_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(psycopg, "connect", lambda *given, **named: seen.append((given, named)))
    monkeypatch.setattr(psycopg.Connection, "connect", lambda *given, **named: seen.append((given, named)))

    with pytest.raises(ConfigError, match="more than one @") as refused:
        Journal(url)

    assert "%40" in refused.value.hint
    assert SECRET not in str(refused.value)
    assert seen == []


def test_a_password_that_is_percent_encoded_reaches_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def connect(*_: object, **named: object) -> None:
        seen.append(named["password"])
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(psycopg, "connect", connect)
    told = _told(f"postgresql://user:a%40{SECRET}%2Fb%3F@127.0.0.1:1/journal")

    assert seen == [f"a@{SECRET}/b?"]
    assert "cannot be opened: connection refused." in told


def test_an_at_sign_in_the_name_of_a_file_is_no_password(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("me@here@there") / "journal.db"
    with Journal(f"sqlite:///{path}"):
        assert path.exists()


def _changed(url: str, **parts: object) -> str:
    changed = sa.make_url(url).set(**parts)  # type: ignore[arg-type]  # what each part is, the cases below know
    return changed.render_as_string(hide_password=False)


def _optioned(url: str, **options: str) -> str:
    return sa.make_url(url).update_query_dict(options).render_as_string(hide_password=False)


URLS: dict[str, tuple[Callable[[str], str], str]] = {
    "host": (lambda _: f"postgresql://{SECRET}.invalid/journal", "resolve host|connection"),
    "socket": (lambda url: _optioned(url, host=f"/tmp/{SECRET}"), "No such file"),  # noqa: S108  # it is not there
    "database": (lambda url: _changed(url, database=SECRET), "does not exist"),
    "user": (lambda url: _changed(url, username=SECRET), "does not exist|authentication"),
    "an option": (lambda url: _optioned(url, options=f"-c lock_timeout={SECRET}"), "invalid value for parameter"),
    "a short option": (lambda url: _optioned(url, options="-c lock_timeout=s3cret"), "invalid value for parameter"),
    "sslmode": (lambda url: _optioned(url, sslmode=SECRET), "sslmode"),
    "port": (lambda url: _optioned(url, port=SECRET), "port|integer|asks for what there is not"),
}


@pytest.mark.parametrize("part", URLS)
def test_what_driver_and_server_name_is_hidden_and_the_rest_is_told(postgresql_url: str, part: str) -> None:
    change, words = URLS[part]
    told = _told(change(postgresql_url))

    assert SECRET not in told
    assert "s3cret" not in told
    assert re.search(words, told)
