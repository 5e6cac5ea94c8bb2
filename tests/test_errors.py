"""The error tree, as it is drawn at the top of `errors.py`

every class of the module is drawn, under its parent, with what it says of movement, and no other is drawn
codes are unique and are the names in snake_case
a refusal of a contract is `Reverted`, whatever it is
"""

from __future__ import annotations

import inspect
import re

import pytest

from stablecoin_tools import errors, reverts
from stablecoin_tools.errors import Moved, OutcomeUnknown, Reverted, StablecoinError

_LINE = re.compile(r"^(?P<branches>[│ ]*(?:[├└]─ )?)(?P<name>[A-Z]\w+)(?: +(?P<moved>NO|YES|UNKNOWN) .*)?$")
_BRANCH_WIDTH = 3


def drawn() -> dict[str, tuple[str | None, str | None]]:
    """The parent and the movement of each class in the drawing, None for none."""
    tree: dict[str, tuple[str | None, str | None]] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := _LINE.match(line):
            depth = len(found["branches"]) // _BRANCH_WIDTH
            path[depth:] = [found["name"]]
            tree[found["name"]] = (path[depth - 1] if depth else None, found["moved"])
    return tree


def defined() -> dict[str, type[StablecoinError]]:
    classes = inspect.getmembers(errors, inspect.isclass)
    return {name: found for name, found in classes if issubclass(found, StablecoinError)}


def all_classes(root: type[StablecoinError] = StablecoinError) -> list[type[StablecoinError]]:
    return [root, *(found for child in root.__subclasses__() for found in all_classes(child))]


def test_every_class_is_drawn_and_every_drawn_class_exists() -> None:
    assert set(drawn()) == set(defined())
    assert len(drawn()) > 15  # the drawing was read


@pytest.mark.parametrize("name", sorted(defined()))
def test_is_drawn_under_its_parent_with_what_moved(name: str) -> None:
    parent, moved = drawn()[name]
    kind = defined()[name]

    assert parent == (None if kind is StablecoinError else kind.__bases__[0].__name__)
    if moved is not None:
        assert kind.moved is Moved[moved]
    else:
        assert any(parent == name for parent, _ in drawn().values())  # only a branch may leave it to its leaves


def test_every_public_name_of_the_module_is_exported() -> None:
    assert errors.__all__ == sorted([*defined(), "Moved"])


def test_codes_are_unique_and_in_snake_case() -> None:
    codes = [
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()
        for kind in all_classes()
        if kind.__module__.startswith("stablecoin_tools.")
    ]

    assert len(codes) == len(set(codes)) > 50
    assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code) for code in codes)
    assert errors.NotEnoughGasMoney("").code == "not_enough_gas_money"
    assert (
        reverts.ERC20InsufficientBalance.__new__(reverts.ERC20InsufficientBalance).code == "erc20_insufficient_balance"
    )


@pytest.mark.parametrize("name", [name for name in reverts.__all__ if name not in ("BaseUnits", "ContractRevert")])
def test_every_refusal_of_a_contract_moved_nothing(name: str) -> None:
    kind = getattr(reverts, name)

    assert issubclass(kind, Reverted)
    assert kind.moved is Moved.NO
    assert kind.transaction_hash == ""


def test_a_hint_given_replaces_the_hint_of_the_class_for_that_error_alone() -> None:
    error = errors.Unreachable("gone", hint="look again")

    assert (str(error), error.hint) == ("gone", "look again")
    assert errors.Unreachable("gone").hint == errors.Unreachable.hint != "look again"


def test_an_unknown_outcome_names_the_reference_and_every_hash() -> None:
    error = OutcomeUnknown("gone", reference="order-42", transaction_hashes=("0xa", "0xb"))

    assert error.moved is Moved.UNKNOWN
    assert (error.reference, error.transaction_hashes) == ("order-42", ("0xa", "0xb"))
    assert "resume" in error.hint
