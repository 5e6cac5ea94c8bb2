"""Every module says what it exports: sorted, existing, and documented."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest

import stablecoin_tools

MODULES = sorted(
    info.name
    for info in pkgutil.walk_packages(stablecoin_tools.__path__, "stablecoin_tools.")
    if not info.name.endswith("__main__")
)


def _order(name: str) -> tuple[bool, bool, list[str | int]]:
    """Constants, then classes, then functions, each by name; numbers in names by size."""
    parts: list[str | int] = [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]
    return (not name.isupper(), not name[0].isupper(), parts)


@pytest.mark.parametrize("name", MODULES)
def test_exports_are_sorted_and_exist(name: str) -> None:
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", [])
    assert exported or name == "stablecoin_tools.cli.commands"
    assert list(exported) == sorted(exported, key=_order)
    for export in exported:
        assert hasattr(module, export)


@pytest.mark.parametrize("name", MODULES)
def test_modules_and_their_exports_are_documented(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    for export in getattr(module, "__all__", []):
        value = getattr(module, export)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__doc__, f"{name}.{export}"


def test_the_package_s_first_page_exports_what_people_import_first() -> None:
    for export in stablecoin_tools.__all__:
        assert getattr(stablecoin_tools, export) is not None
