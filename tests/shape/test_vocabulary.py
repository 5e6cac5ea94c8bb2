"""What Solidity names, Python names alike: errors and events, both ways round, with their fields."""

from __future__ import annotations

import dataclasses
import inspect

from stablecoin_tools import reverts
from stablecoin_tools.artifacts import coin_abi
from stablecoin_tools.reverts import ContractRevert
from stablecoin_tools.roles import Role
from stablecoin_tools.token import events
from stablecoin_tools.token.events import Event

BUILT_IN = {"RevertedWithReason", "RevertedWithPanic", "UnknownRevert"}


def _classes(module: object, base: type) -> dict[str, type]:
    found = inspect.getmembers(module, inspect.isclass)
    return {name: kind for name, kind in found if issubclass(kind, base) and kind is not base}


def test_every_solidity_error_has_a_class_and_every_class_an_error() -> None:
    in_solidity = {entry.name for entry in coin_abi().errors.values()}
    assert set(_classes(reverts, ContractRevert)) - BUILT_IN == in_solidity


def test_error_fields_are_the_solidity_parameters() -> None:
    classes = _classes(reverts, ContractRevert)
    for entry in coin_abi().errors.values():
        fields = [field.name for field in dataclasses.fields(classes[entry.name])]
        assert fields == [name for name, _ in entry.inputs], entry.name


def test_every_solidity_event_has_a_class_and_every_class_an_event() -> None:
    assert set(_classes(events, Event)) == {entry.name for entry in coin_abi().events.values()}


def test_event_fields_are_the_solidity_parameters() -> None:
    common = {field.name for field in dataclasses.fields(Event)}
    classes = _classes(events, Event)
    for entry in coin_abi().events.values():
        fields = [field.name for field in dataclasses.fields(classes[entry.name]) if field.name not in common]
        assert fields == ["sender" if name == "from" else name for name, _ in entry.inputs], entry.name


def test_every_solidity_role_has_a_python_role_and_the_other_way_round() -> None:
    in_solidity = {entry.name for entry in coin_abi().functions.values() if entry.name.endswith("_ROLE")}
    assert {role.name for role in Role} == in_solidity
