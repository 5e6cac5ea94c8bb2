"""A chain on which some answers are bent, so that tests meet what real nodes do now and then."""

from __future__ import annotations

from typing import Any


class _Bent:
    def __init__(self, chain: Any, answers: dict[str, Any]) -> None:
        self._chain = chain
        vars(self).update(answers)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)


def bent(chain: Any, **answers: Any) -> Any:
    """The chain with these in place of its own: `bent(chain, estimate_gas=lambda *_, **__: 21_000)`."""
    return _Bent(chain, answers)
