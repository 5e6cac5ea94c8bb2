"""The rules of the coin in plain Python: dictionaries, sets and whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contracts.machine.holding import Holding
from tests.contracts.machine.issuing import Issuing

if TYPE_CHECKING:
    from tests.contracts.machine.ledger import Fact


class Model(Holding, Issuing):
    """Knows what comes of every call to the coin."""

    def do(self, verb: str, by: str, *arguments: Any) -> list[Fact]:
        """Does it and returns the events, in order.

        Raises:
            Refused: If the coin must refuse it; nothing is changed then.
        """
        self.said = []
        self.all_or_nothing(lambda: getattr(self, verb)(by, *arguments))
        return self.said

    def attest(self, tokens_e8: int, at: int) -> None:
        """The reserve feed answers this from now on."""
        self.attested_tokens_e8, self.attested_at = tokens_e8, at
