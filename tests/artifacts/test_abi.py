"""Abi: calls, answers, errors and events as bytes

when a call is encoded: the bytes that web3's own codec makes
when an answer, an error or an event is decoded: the values that eth_abi put in
when a name is overloaded: the signature decides; the bare name is refused
when the bytes are garbage: a documented error, or None; nothing else
"""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import example, given, settings
from hypothesis import strategies as st
from web3 import Web3

from stablecoin_tools.addresses import Address
from stablecoin_tools.artifacts import Abi, coin_abi, load_artifact
from stablecoin_tools.errors import ConfigError, UsageError

ABI = coin_abi()
WEB3 = Web3().eth.contract(abi=list(ABI.entries))
PARTY = Address(b"\xab" * 20)

addresses = st.binary(min_size=20, max_size=20).map(Address)
words = st.binary(min_size=32, max_size=32)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": addresses,
    "bool": st.booleans(),
    "bytes": st.binary(max_size=80),
    "bytes32": words,
    "bytes4": st.binary(min_size=4, max_size=4),
    "string": st.text(max_size=40),
    "uint256": st.integers(0, 2**256 - 1),
    "uint128": st.integers(0, 2**128 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "uint48": st.integers(0, 2**48 - 1),
    "uint8": st.integers(0, 2**8 - 1),
    "address[]": st.lists(addresses, max_size=3).map(tuple),
    "bytes1": st.binary(min_size=1, max_size=1),
    "uint256[]": st.lists(st.integers(0, 2**256 - 1), max_size=3).map(tuple),
    "bytes32[]": st.lists(words, max_size=3).map(tuple),
    "(bytes32,address)[]": st.lists(st.tuples(words, addresses), max_size=3).map(tuple),
    "(uint256,uint256,uint256)": st.tuples(*[st.integers(0, 2**256 - 1)] * 3),
    "(address,address,uint256,uint256,uint256,bytes32,bytes)[]": st.lists(
        st.tuples(addresses, addresses, *[st.integers(0, 2**256 - 1)] * 3, words, st.binary(max_size=80)), max_size=2
    ).map(tuple),
    "(string,string,string,uint8)": st.tuples(
        st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.integers(0, 255)
    ),
}


def arguments_of(types: tuple[str, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(*(VALUES[kind] for kind in types))


def plain(value: Any) -> Any:
    """Addresses as the text that other libraries use."""
    if isinstance(value, Address):
        return str(value)
    return tuple(plain(item) for item in value) if isinstance(value, tuple) else value


def lowered(value: Any) -> Any:
    """Addresses in structs stay as eth_abi has them: lower-case text."""
    if isinstance(value, Address):
        return "0x" + value.hex()
    return tuple(lowered(item) for item in value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("signature", sorted(ABI.functions))
@settings(deadline=None)
@given(data=st.data())
def test_encodes_a_call_as_web3_does(signature: str, data: st.DataObject) -> None:
    arguments = data.draw(arguments_of(ABI.functions[signature].types))

    theirs = WEB3.get_function_by_signature(signature)(*map(plain, arguments))._encode_transaction_data()

    assert ABI.encode_call(signature, *arguments) == bytes.fromhex(theirs[2:])
    assert ABI.encode_call(signature, *arguments)[:4] == keccak(text=signature)[:4]


@pytest.mark.parametrize("signature", sorted(sig for sig, entry in ABI.functions.items() if entry.outputs))
@settings(deadline=None)
@given(data=st.data())
def test_decodes_an_answer_to_what_was_put_in(signature: str, data: st.DataObject) -> None:
    outputs = ABI.functions[signature].outputs
    values = data.draw(arguments_of(outputs))

    found = ABI.decode_answer(signature, encode(outputs, [plain(value) for value in values]))

    assert found == (values[0] if len(values) == 1 else values)


@pytest.mark.parametrize("selector", sorted(ABI.errors), ids=lambda selector: ABI.errors[selector].name)
@settings(deadline=None)
@given(data=st.data())
def test_decodes_an_error_to_its_fields(selector: bytes, data: st.DataObject) -> None:
    entry = ABI.errors[selector]
    values = data.draw(arguments_of(entry.types))

    found = ABI.decode_error(selector + encode(entry.types, [plain(value) for value in values]))

    assert found is not None
    assert found.entry == entry
    assert tuple(found.fields) == tuple(name for name, _ in entry.inputs)
    assert tuple(map(lowered, found.fields.values())) == tuple(map(lowered, values))
    assert selector == keccak(text=entry.signature)[:4]


@pytest.mark.parametrize("topic", sorted(ABI.events), ids=lambda topic: ABI.events[topic].name)
@settings(deadline=None)
@given(data=st.data())
def test_decodes_an_event_to_its_fields(topic: bytes, data: st.DataObject) -> None:
    entry = ABI.events[topic]
    values = data.draw(arguments_of(entry.types))
    rows = list(zip(entry.types, map(plain, values), entry.indexed, strict=True))
    topics = [topic, *(encode([kind], [value]) for kind, value, indexed in rows if indexed)]
    words = encode(
        [kind for kind, _, indexed in rows if not indexed], [value for _, value, indexed in rows if not indexed]
    )

    found = ABI.decode_event(topics, words)

    assert found is not None
    assert dict(found.fields) == dict(zip((name for name, _ in entry.inputs), values, strict=True))
    assert topic == keccak(text=entry.signature)
    assert ABI.decode_event(topics[:-1], words) is None
    assert ABI.decode_event([*topics, bytes(32)], words) is None


@settings(deadline=None)
@given(st.binary(max_size=300))
@example(b"")
def test_bytes_of_no_known_error_are_none(words: bytes) -> None:
    found = ABI.decode_error(words)

    assert found is None or words[:4] in ABI.errors


@settings(deadline=None)
@given(selector=st.sampled_from(sorted(ABI.errors)), words=st.binary(max_size=300))
@example(selector=keccak(text="StringTooLong(string)")[:4], words=encode(["uint256", "uint256"], [32, 2**255]))
@example(selector=keccak(text="StringTooLong(string)")[:4], words=encode(["uint256"], [2**256 - 1]))
def test_garbage_after_a_known_selector_is_an_error_of_the_coin_or_none(selector: bytes, words: bytes) -> None:
    found = ABI.decode_error(selector + words)

    assert found is None or found.entry == ABI.errors[selector]


@settings(deadline=None)
@given(
    topics=st.lists(st.binary(min_size=32, max_size=32) | st.sampled_from(sorted(ABI.events)), max_size=4),
    words=st.binary(max_size=200),
)
def test_garbage_in_a_log_is_an_event_or_none(topics: list[bytes], words: bytes) -> None:
    found = ABI.decode_event(topics, words)

    assert found is None or found.entry == ABI.events[topics[0]]


@settings(deadline=None)
@given(topic=st.sampled_from(sorted(ABI.events)), words=st.binary(max_size=100), data=st.data())
def test_garbage_in_a_known_events_log_is_an_event_or_none(topic: bytes, words: bytes, data: st.DataObject) -> None:
    indexed = sum(ABI.events[topic].indexed)
    topics = data.draw(st.lists(st.binary(min_size=32, max_size=32), min_size=indexed, max_size=indexed))

    found = ABI.decode_event([topic, *topics], words)

    assert found is None or found.entry == ABI.events[topic]


@settings(deadline=None)
@given(signature=st.sampled_from(sorted(ABI.functions)), words=st.binary(max_size=200))
def test_a_garbage_answer_is_a_value_or_a_config_error(signature: str, words: bytes) -> None:
    try:
        ABI.decode_answer(signature, words)
    except ConfigError as refused:
        assert str(len(words)) in str(refused)  # noqa: PT017  # either is right


def test_an_empty_answer_of_a_function_with_answers_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="0 bytes") as refused:
        ABI.decode_answer("totalSupply", b"")

    assert "another contract" in refused.value.hint


@pytest.mark.parametrize("name", ["pause", "unpause"])
def test_an_overloaded_name_needs_its_signature(name: str) -> None:
    with pytest.raises(ConfigError, match="2 functions"):
        ABI.encode_call(name)

    assert ABI.encode_call(f"{name}()") == keccak(text=f"{name}()")[:4]
    assert ABI.encode_call(f"{name}(uint256)", 3) == keccak(text=f"{name}(uint256)")[:4] + (3).to_bytes(32)


@pytest.mark.parametrize("name", ["", "nothing", "transfer(address)", "Transfer"])
def test_an_unknown_function_is_a_config_error(name: str) -> None:
    with pytest.raises(ConfigError, match="0 functions"):
        ABI.function(name)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("transfer", ()),
        ("transfer", (PARTY,)),
        ("transfer", (PARTY, 1, 2)),
        ("transfer", (PARTY, -1)),
        ("transfer", (PARTY, 2**256)),
        ("transfer", (PARTY, 1.0)),
        ("transfer", (PARTY, "1")),
        ("transfer", (PARTY, None)),
        ("transfer", ("alice", 1)),
        ("transfer", (b"\x01" * 19, 1)),
        ("grantRole", (b"\x01" * 33, PARTY)),
        ("grantRole", ("PAUSER_ROLE", PARTY)),
        ("upgradeToAndCall", (PARTY, "text")),
        ("supportsInterface", (b"12345",)),
    ],
)
def test_arguments_that_do_not_fit_are_a_usage_error(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(UsageError, match="do not fit"):
        ABI.encode_call(name, *arguments)


def test_a_constructor_is_encoded_by_its_types() -> None:
    identity = ("Test Dollar", "TUSD", "USD", 6)
    stablecoin = load_artifact("Stablecoin")

    assert stablecoin.abi.encode_constructor(identity, PARTY, b"\x01") == encode(
        ["(string,string,string,uint8)", "address", "bytes"], [identity, str(PARTY), b"\x01"]
    )
    assert load_artifact("Issuer").abi.encode_constructor() == b""
    assert Abi([]).encode_constructor() == b""
    with pytest.raises(UsageError):
        stablecoin.abi.encode_constructor(identity, PARTY)
