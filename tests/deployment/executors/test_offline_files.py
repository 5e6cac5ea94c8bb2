"""read_unsigned(text), read_signed(text)

when nothing was changed: the same comes back
when any character, number or word of it was changed, also under a new hash: UsageError, or another file altogether
given anything else: UsageError
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.deployment.create2 import create2_address, create2_call
from stablecoin_tools.deployment.executors import SignedSteps, UnsignedSteps, read_signed, read_unsigned
from stablecoin_tools.deployment.facts import THERE, code_fact
from stablecoin_tools.deployment.plans import Change, CoinPlan, NetworkPlan, Plan, Step
from stablecoin_tools.deployment.steps import StepBuilder
from stablecoin_tools.errors import UsageError
from stablecoin_tools.token import StablecoinCalls
from stablecoin_tools.transactions import Fees
from tests.deployment.executors.ground import MADE_AT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CODE, SALT = b"\x60\x00\x60\x00", bytes(32)
CREATED = create2_address(CODE, SALT)
COIN = Address(b"\xc0" * 20)
SENDER = Address(b"\x22" * 20)
TUSD = Denomination("TUSD", 6)


@cache
def plan() -> Plan:
    created = (Change(code_fact(CREATED), None, THERE),)
    creation = Step("TUSD", create2_call(CODE, SALT, f"create the implementation at {CREATED}"), created)
    pause = StepBuilder(StablecoinCalls(COIN, TUSD), TUSD).step(Change("paused.minting", None, "paused"))
    coin = CoinPlan("TUSD", 6, COIN, {"symbol": "TUSD", "decimals": "6"})
    network = NetworkPlan("sepolia", 11155111, {"TUSD": coin}, (creation, pause))
    return Plan((network,), MADE_AT, MADE_AT.replace(hour=13))


@cache
def unsigned() -> UnsignedSteps:
    return UnsignedSteps(plan(), "sepolia", 11155111, SENDER, 0, 7, (900_000, 60_000), Fees(30 * 10**9, 10**9))


def signed() -> SignedSteps:
    return SignedSteps(unsigned().hash, plan().hash, 11155111, SENDER, (b"\x02\x01", b"\x02\x02"))


FILES = pytest.mark.parametrize(
    ("text", "reader"), [(unsigned().as_text(), read_unsigned), (signed().as_text(), read_signed)]
)
READERS = pytest.mark.parametrize("reader", [read_unsigned, read_signed])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(
    nonce=st.integers(0, 2**64 - 1),
    gas_limits=st.tuples(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1)),
    fees=st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 2**128 - 1)).map(sorted),
    is_legacy=st.booleans(),
    sender=st.binary(min_size=20, max_size=20).filter(any).map(Address),
)
def test_unsigned_steps_read_back(
    nonce: int, gas_limits: tuple[int, ...], fees: list[int], *, is_legacy: bool, sender: Address
) -> None:
    steps = UnsignedSteps(plan(), "sepolia", 11155111, sender, 0, nonce, gas_limits, Fees(fees[1], fees[0], is_legacy))

    assert read_unsigned(steps.as_text()) == steps


@given(st.lists(st.binary(max_size=40), max_size=3))
def test_signed_steps_read_back(transactions: list[bytes]) -> None:
    steps = replace(signed(), signed=tuple(transactions))

    assert read_signed(steps.as_text()) == steps


def test_the_last_steps_alone_read_back() -> None:
    steps = replace(unsigned(), first=1, gas_limits=(60_000,))

    assert read_unsigned(steps.as_text()) == steps
    assert [step.call.description for step in steps.steps] == ["pause minting"]


def test_a_file_shows_each_step_in_words_and_numbers() -> None:
    written = json.loads(unsigned().as_text())

    creation, pause = written["transactions"]
    assert (creation["step"], creation["nonce"], creation["gas_limit"]) == (1, 7, 900_000)
    assert creation["expected_address"] == str(CREATED)
    assert (pause["step"], pause["nonce"], pause["to"], pause["expected_address"]) == (2, 8, str(COIN), None)
    assert pause["description"] == "pause minting"
    assert (written["sender"], written["chain_id"]) == (str(SENDER), 11155111)
    assert written["plan_hash"] == plan().hash == written["plan"]["hash"]
    assert written["greatest_cost_wei"] == 960_000 * 30 * 10**9


@READERS
@given(text=st.text(max_size=30) | json_values.map(json.dumps))
@example(text="")
@example(text="[" * 100_000)
@example(text="1" * 10_000)
def test_any_other_text_is_no_such_file(reader: Callable[[str], Any], text: str) -> None:
    with pytest.raises(UsageError, match="This is no file"):
        reader(text)


@FILES
@given(data=st.data())
def test_any_changed_character_is_noticed(text: str, reader: Callable[[str], Any], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(exclude_categories=["Cs"], exclude_characters=text[place]))

    for changed in (text[:place] + letter + text[place + 1 :], text[:place] + text[place + 1 :], text + letter):
        with pytest.raises(UsageError):
            reader(changed)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, key))
    yield path


def _changed(text: str, path: tuple[Any, ...], value: Any) -> str:
    """The file with another value at a place, under a hash that fits it."""
    written = json.loads(text)
    inner = written
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    if path != ("hash",):
        content = {key: inner for key, inner in written.items() if key != "hash"}
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        written["hash"] = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


@FILES
@given(data=st.data(), value=json_values | st.just("\ud800"))
@example(data=None, value=1.0)
@example(data=None, value=True)
@example(data=None, value=-1)
@example(data=None, value=10**400)
def test_any_other_value_under_a_fitting_hash_is_refused_or_another_file(
    text: str, reader: Callable[[str], Any], data: st.DataObject | None, value: Any
) -> None:
    places = [path for path in _places(json.loads(text)) if path]
    for path in [data.draw(st.sampled_from(places))] if data else places:
        changed = _changed(text, path, value)
        if changed == text:
            continue
        try:
            read = reader(changed)
        except UsageError:
            continue
        assert read != reader(text)  # what may be anything, such as a gas limit, makes another file
        assert read.as_text() == changed
        assert all(type(number) is int for number in _numbers(read))


def _numbers(read: UnsignedSteps | SignedSteps) -> tuple[int, ...]:
    if isinstance(read, SignedSteps):
        return (read.chain_id,)
    return (read.chain_id, read.nonce, read.first, *read.gas_limits, read.fees.max_fee_wei, read.fees.tip_wei)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("transactions", 0, "description"), "create nothing"),
        (("transactions", 0, "to"), str(SENDER)),
        (("transactions", 0, "expected_address"), str(SENDER)),
        (("transactions", 1, "nonce"), 9),
        (("transactions", 1, "step"), 3),
        (("transactions", 0, "step"), 0),
        (("transactions", 0, "value_wei"), 1),
        (("transactions", 0, "data_sha256"), "00" * 32),
        (("transactions",), []),
        (("plan_hash",), "00" * 32),
        (("plan", "steps"), []),
        (("plan", "hash"), "00" * 32),
        (("plan", "networks"), []),
        (("chain_id",), 1),
        (("network",), "mainnet"),
        (("greatest_cost_wei",), 1),
        (("tip_wei",), 31 * 10**9),
        (("version",), 2),
        (("file",), "signed steps of a plan"),
        (("is_legacy",), 0),
        (("extra",), None),
    ],
)
def test_what_follows_from_the_plan_is_not_to_be_changed(path: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(UsageError):
        read_unsigned(_changed(unsigned().as_text(), path, value))


@READERS
def test_what_is_wrong_is_said_in_words(reader: Callable[[str], Any]) -> None:
    no_plan = _changed(unsigned().as_text(), ("plan", "networks"), 1)
    for text in ("{}", "[]", "null", "[1", '{"transactions": [1]}', '{"transactions": {}}', no_plan):
        with pytest.raises(UsageError) as refused:
            reader(text)
        assert "Error" not in str(refused.value)


def test_the_plan_in_it_is_of_the_network_that_is_named() -> None:
    (first,) = plan().networks
    second = replace(first, network="elsewhere", steps=first.steps[1:])
    both = replace(unsigned(), plan=Plan((first, second), plan().made_at, plan().expires_at))

    assert replace(both, network_name="elsewhere", gas_limits=(60_000,)).steps == second.steps
    with pytest.raises(UsageError, match="does nothing on 'nowhere'"):
        _ = replace(both, network_name="nowhere").network


def test_a_duplicated_key_is_no_way_to_say_two_things() -> None:
    text = unsigned().as_text().replace('"nonce": 7,', '"nonce": 8,\n      "nonce": 7,', 1)

    with pytest.raises(UsageError, match="edited"):
        read_unsigned(text)
