"""What tests of payments stand on: a node with levers, a storm before it, a coin ready to use.

pytest finds the fixtures by itself once the package is installed; they are described in `testing.plugin`. Each name is
loaded when it is first used: the plugin must cost nothing to those who do not ask for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stablecoin_tools.testing.anvil import AnvilChain, AnvilProcess
    from stablecoin_tools.testing.forks import ForkChain, fork_of
    from stablecoin_tools.testing.storm import StormProxy
    from stablecoin_tools.testing.weather import CALM, HURRICANE, ROUGH, Fate, Happening, Weather, What, fate

__all__ = [
    "CALM",
    "HURRICANE",
    "ROUGH",
    "AnvilChain",
    "AnvilProcess",
    "Fate",
    "ForkChain",
    "Happening",
    "StormProxy",
    "Weather",
    "What",
    "fate",
    "fork_of",
]

_ROOMS = ("anvil", "forks", "storm", "weather")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for room in _ROOMS:
            module = import_module(f"{__name__}.{room}")
            if name in module.__all__:
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
