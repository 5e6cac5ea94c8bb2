"""Answers nested deeper than any answer is

when an EVM in this process has lifted Python's limit of recursion: they are a typed error, and the process lives on
when brackets stand in texts, or beside each other: they count for nothing
when an answer is deep, however it is written: it is never read
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import HttpChain, HttpTransport
from stablecoin_tools.errors import NodeRefused, Unreachable
from stablecoin_tools.json_texts import _is_shallow
from stablecoin_tools.networks import find_network
from tests.chain.node import Answer, ScriptedNode, answered, running_node

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTY = Address(b"\xab" * 20)
BESIDE_AN_EVM = """
import sys
from stablecoin_tools import HttpChain, HttpTransport, LocalChain, find_network
from stablecoin_tools.addresses import Address
from stablecoin_tools.errors import Unreachable

LocalChain()
assert sys.getrecursionlimit() > 50_000
chain = HttpChain(find_network("anvil"), HttpTransport(sys.argv[1]))
for ask in (lambda: chain.balance_wei(Address(bytes(20))), lambda: chain.survey([], sender=Address(bytes(20)))):
    try:
        ask()
    except Unreachable:
        print("unreachable")
"""


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    with running_node() as started:
        yield started


@pytest.mark.parametrize("deep", [b"[" * 1_000_000, b'{"a":' * 500_000, b'{"a":[' * 300_000 + b"]}" * 300_000])
def test_a_process_with_an_evm_survives_a_deep_answer(node: ScriptedNode, deep: bytes) -> None:
    node.answers["eth_getBalance"] = Answer(b'{"id": 1, "result": ' + deep)
    node.batch = lambda _: Answer(deep)

    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BESIDE_AN_EVM, node.url], capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (0, "unreachable\n" * 2), ended.stderr


def test_an_answer_as_deep_as_any_is_read(node: ScriptedNode) -> None:
    chain = HttpChain(find_network("anvil"), HttpTransport(node.url))
    node.errors(eth_getBalance={"code": 1, "message": "see data", "data": json.loads("[" * 50 + "1" + "]" * 50)})
    with pytest.raises(NodeRefused, match="see data"):
        chain.balance_wei(PARTY)

    node.answers["eth_getBalance"] = answered({"id": 1, "result": json.loads("[" * 65 + "]" * 65)})
    with pytest.raises(Unreachable, match="deep"):
        chain.balance_wei(PARTY)


def test_an_answer_in_another_encoding_is_none(node: ScriptedNode) -> None:
    chain = HttpChain(find_network("anvil"), HttpTransport(node.url))

    for encoding in ("utf-16", "utf-32", "utf-16-le"):
        node.answers["eth_getBalance"] = Answer('{"id": 1, "result": "0x1"}'.encode(encoding))
        with pytest.raises(Unreachable):
            chain.balance_wei(PARTY)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


texts = st.text('[]{}"\\ab☃', max_size=12)
trees = st.recursive(
    texts | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=30,
)


@given(tree=trees, wrapped=st.integers(0, 80), ascii_only=st.booleans())
def test_depth_is_what_python_reads(tree: Any, wrapped: int, ascii_only: bool) -> None:  # noqa: FBT001  # hypothesis
    for place in range(wrapped):
        tree = [tree] if place % 2 else {'"': tree}
    broad = [[text] for text in "[]{}" * 20]  # enough brackets for them to be looked at

    text = json.dumps([broad, tree], ensure_ascii=ascii_only).encode()

    assert _is_shallow(text) == (1 + max(2, depth_of(tree)) <= 64)


@given(st.text('[]{}"\\ a', max_size=300).map(str.encode))
def test_what_is_taken_for_shallow_is_never_deep(text: bytes) -> None:
    if not _is_shallow(text * 3):
        return
    opened = deepest = 0
    is_text = is_escaped = False
    for letter in (text * 3).decode():
        if is_text:
            is_text = is_escaped or letter != '"'
            is_escaped = letter == "\\" and not is_escaped
        elif letter == '"':
            is_text = True
        elif letter == "\\":
            break  # no JSON goes on after this
        else:
            opened += (letter in "[{") - (letter in "]}")
            deepest = max(deepest, opened)
    assert deepest <= 64
