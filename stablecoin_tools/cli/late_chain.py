"""A node that is reached when it is first asked: one that is down must keep nobody from sending."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stablecoin_tools.chain import HttpChain
    from stablecoin_tools.networks import Network

__all__ = ["LateChain"]


class LateChain:
    """Stands for the chain at a URL, which it opens when something is asked of it.

    Args:
        network: Which chain.
        url: Where its node is.
    """

    def __init__(self, network: Network, url: str) -> None:
        self.network = network
        self._url = url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._chain, name)

    @cached_property
    def _chain(self) -> HttpChain:
        from stablecoin_tools.chain import HttpChain, HttpTransport

        return HttpChain(self.network, HttpTransport(self._url))
