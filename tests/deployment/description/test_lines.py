"""line_of and parse_toml: where in a text something stands, without a parser that says so

given a key, a place in a list, a table, or what lacks: the line of the statement
given values over several lines: their first line
given a text that is no TOML: what is wrong, with a line of the text, however deep or long it is
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.deployment.description.lines import KeyPath, line_of, parse_toml
from stablecoin_tools.errors import ConfigError

TEXT = '''\
# A comment.

top = 1
[one]
words = """
key = "inside of a text"
[two]
"""
list = [
  "a",   # a comment
  "b",
]
[one.inner]
"a key" = { x = 1, y = 2 }
dotted.key = 1

[[many]]
[[many]]
x = 1
[two]
key = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("top",), 3),
        (("one",), 4),
        (("one", "words"), 5),
        (("one", "list"), 9),
        (("one", "list", 1), 9),
        (("one", "inner"), 13),
        (("one", "inner", "a key"), 14),
        (("one", "inner", "a key", "y"), 14),
        (("one", "inner", "dotted", "key"), 15),
        (("many",), 17),
        (("many", 1), 18),
        (("many", 1, "x"), 19),
        (("two", "key"), 21),
        (("two", "lacking"), 20),
        (("lacking", "too"), 1),
        (("top", "of nothing"), 3),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_finds_the_statement(path: KeyPath, line: int, newline: str) -> None:
    assert line_of(TEXT.replace("\n", newline), path) == line


@given(st.dictionaries(st.text("abc", min_size=1), st.lists(st.integers()), min_size=1), st.data())
def test_finds_every_key_whatever_is_around_it(tree: dict[str, list[int]], data: st.DataObject) -> None:
    lines: list[str] = []
    places = {}
    for key, items in tree.items():
        lines += data.draw(st.lists(st.sampled_from(["", "# x = 1", "  # ]"]), max_size=2))
        places[key] = len(lines) + 1
        lines += [f"{key} = [", *(f"  {item}," for item in items), "]"]
    assert {key: line_of("\n".join(lines), (key,)) for key in tree} == places


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a = 1\nb =\nc = 3", 2, "Invalid value"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite a value"),
        ("a = 1\nb = [\n", 2, "Invalid value"),
        ('a = 1\n\nb = "\n', 3, "Illegal character '\\n'"),
        ("a = 1\nb = " + "9" * 5000 + "\nc = 1", 2, "a number is too long"),
        ("a = 1\n\nb = " + "[" * 50_000 + "\nc = 1", 3, "lists are nested too deeply"),
        ("a = 1\nb = 2000-02-30", 2, "Invalid date or datetime"),
    ],
    ids=range(7),
)
def test_what_is_no_toml_is_said_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(f"coin.toml, line {line}: this is no TOML: {words}")):
        parse_toml(text, source="coin.toml")
