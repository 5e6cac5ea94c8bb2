"""A fork: a chain as it is now, on this machine, where anything can be tried as anybody, and nothing is sent."""

from __future__ import annotations

import time
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from stablecoin_tools.chain import HttpTransport
from stablecoin_tools.chain.answers import read_receipt
from stablecoin_tools.errors import NodeRefused
from stablecoin_tools.testing.anvil import AnvilChain, AnvilProcess
from stablecoin_tools.testing.proxy import Proxy, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Receipt
    from stablecoin_tools.networks import Network
    from stablecoin_tools.testing.proxy import Line

__all__ = ["ForkChain", "fork_of"]

_NODE_SECONDS: Final = 60
_GAS_MONEY_WEI: Final = 10**21
_PAUSES_SECONDS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 4, 8)


class ForkChain(AnvilChain):
    """A fork, on which anybody's transaction can be tried without a key."""

    def send_as(self, sender: Address, call: Call) -> Receipt:
        """Sends a call as an account, contracts too, that is given the money for its gas; waits until it is mined.

        Returns:
            The receipt; that of one that was refused, too.

        Raises:
            NodeRefused: If the fork does not take it, or does not mine it.
        """
        self.set_balance(sender, _GAS_MONEY_WEI)
        self.ask("anvil_impersonateAccount", str(sender))
        fields = {"from": str(sender), "to": str(call.to), "data": "0x" + call.data.hex(), "value": hex(call.value_wei)}
        transaction_hash = self.ask("eth_sendTransaction", {**fields, "gas": hex(self._gas_limit())})
        for pause in _PAUSES_SECONDS:
            found = self._ask(read_receipt, "eth_getTransactionReceipt", transaction_hash)
            if found is not None:
                return found
            time.sleep(pause)
        raise NodeRefused(f"The fork does not mine {transaction_hash}.")

    def put_code(self, account: Address, code: bytes) -> None:
        """Puts a contract's code at an address."""
        self.ask("anvil_setCode", str(account), "0x" + code.hex())

    def _gas_limit(self) -> int:
        """As much as one transaction may use at most. Source: EIP-7825."""
        return 1 << 24


@contextmanager
def fork_of(url: str, network: Network, *, path: Path | str | None = None) -> Iterator[ForkChain]:
    """Starts a fork of the newest state of the chain that a node serves; it ends with the `with`.

    The node's URL may hold an access key, so anvil is never told it, nor is any list of arguments: it asks a port of
    this process, which hands each question on.

    Args:
        url: The node's endpoint.
        network: Which chain it is.
        path: Where anvil is; looked up on the PATH, if not given.

    Raises:
        ConfigError: If there is no anvil, or it does not start.
        WrongChain: If the node is on another chain.
    """
    import requests

    with requests.Session() as session:

        def hand_on(body: bytes, _line: Line) -> Reply:
            answer = session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=_NODE_SECONDS,
                allow_redirects=False,
            )
            return Reply(answer.content, answer.status_code or HTTPStatus.BAD_GATEWAY)

        proxy = Proxy(urlsplit(url), hand_on)
        try:
            here = f"http://127.0.0.1:{proxy.server_address[1]}"
            with AnvilProcess("--fork-url", here, "--no-storage-caching", path=path) as anvil:
                yield ForkChain(network, HttpTransport(anvil.url))
        finally:
            proxy.end()
