"""What Solidity names, Python names alike: errors and events, both ways round, with their fields."""

from __future__ import annotations

import dataclasses
import inspect
import re

from stablecoin_tools import reverts
from stablecoin_tools.artifacts import coin_abi, contracts_abi, load_artifact
from stablecoin_tools.reverts import ContractRevert
from stablecoin_tools.roles import Role
from stablecoin_tools.token import StablecoinCalls, events
from stablecoin_tools.token.events import Event

BUILT_IN = {"RevertedWithReason", "RevertedWithPanic", "UnknownRevert"}
SETTLEMENT_REVERTS = "stablecoin_tools.reverts.settlement"


def _classes(module: object, base: type) -> dict[str, type]:
    found = inspect.getmembers(module, inspect.isclass)
    return {name: kind for name, kind in found if issubclass(kind, base) and kind is not base}


def test_every_solidity_error_has_a_class_and_every_class_an_error() -> None:
    in_solidity = {entry.name for entry in contracts_abi().errors.values()}
    assert set(_classes(reverts, ContractRevert)) - BUILT_IN == in_solidity


def test_the_settlement_s_errors_count_too() -> None:
    settlement = {entry.name for entry in load_artifact("PaymentVersusPayment").abi.errors.values()}
    own = {name for name, kind in _classes(reverts, ContractRevert).items() if kind.__module__ == SETTLEMENT_REVERTS}
    assert own == settlement - {entry.name for entry in coin_abi().errors.values()}


def test_error_fields_are_the_solidity_parameters() -> None:
    classes = _classes(reverts, ContractRevert)
    for entry in contracts_abi().errors.values():
        fields = [field.name for field in dataclasses.fields(classes[entry.name])]
        assert fields == [name for name, _ in entry.inputs], entry.name


def test_every_solidity_event_has_a_class_and_every_class_an_event() -> None:
    assert set(_classes(events, Event)) == {entry.name for entry in coin_abi().events.values()}


def _pythonic(names: list[str]) -> list[str]:
    """`from` is a word of Python's own: it is `sender`, or `source` where there is a sender beside it."""
    instead = "source" if "sender" in names else "sender"
    return [instead if name == "from" else name for name in names]


def test_event_fields_are_the_solidity_parameters() -> None:
    common = {field.name for field in dataclasses.fields(Event)}
    classes = _classes(events, Event)
    for entry in coin_abi().events.values():
        fields = [field.name for field in dataclasses.fields(classes[entry.name]) if field.name not in common]
        assert fields == _pythonic([name for name, _ in entry.inputs]), entry.name


def test_every_solidity_role_has_a_python_role_and_the_other_way_round() -> None:
    in_solidity = {entry.name for entry in coin_abi().functions.values() if entry.name.endswith("_ROLE")}
    assert {role.name for role in Role} == in_solidity


# Solidity's parameters that builders name otherwise: the Python name, and why.
RENAMED = {
    "from": "source",  # a word of Python's own
    "account": "party",  # as wherever Python takes an address or its text
    "accounts": "parties",
    "data": "call",  # says nothing
    "allowance": "capacity",  # one builder serves both forms of configureMinter
    "new_delay": "delay_seconds",  # units are in the name
    "new_implementation": "implementation",
}
# Builders that take what belongs together as one value, or as rows of a batch.
GROUPED = {
    "permit",
    "transfer_with_authorization",
    "receive_with_authorization",
    "cancel_authorization",
    "transfer_batch",
    "mint_batch",
}


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def test_builders_parameters_are_the_solidity_parameters() -> None:
    for name, method in inspect.getmembers(StablecoinCalls, inspect.isfunction):
        if not name.startswith("_"):
            overloads = [entry for entry in coin_abi().functions.values() if _snake_case(entry.name) == name]
            in_solidity = {RENAMED.get(each, each) for entry in overloads for each, _ in entry.inputs}
            offered = set(inspect.signature(method).parameters) - {"self"}
            assert (offered == in_solidity) == (name not in GROUPED), name
