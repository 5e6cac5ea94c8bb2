"""The client: reads of the coin, and the one verb that sends what `calls` builds."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from stablecoin_tools.chain import refusal
from stablecoin_tools.errors import UsageError
from stablecoin_tools.reverts import ContractRevert
from stablecoin_tools.token.arguments import account
from stablecoin_tools.token.calls import StablecoinCalls
from stablecoin_tools.token.events import Event, decode_events
from stablecoin_tools.token.reads import StablecoinReads
from stablecoin_tools.token.references import under_reference
from stablecoin_tools.transactions import Outcome, Stage, TransactionManager

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from decimal import Decimal

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount, Denomination
    from stablecoin_tools.chain import Call, Chain, Receipt
    from stablecoin_tools.errors import Reverted
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.token.events import AuthorizationSkipped
    from stablecoin_tools.transactions import Order

__all__ = ["Stablecoin"]


class Stablecoin(StablecoinReads):
    """One coin on one chain.

    Reads are methods; writes are built by `calls` and sent by `send`:

        receipt = coin.send(coin.calls.mint(to, coin.amount("1,250.00")), signer=minter, ref="order-42")

    Args:
        chain: Where the coin is.
        address: The coin's address.
        transactions: What sends; one manager must do all of a signer's sending. A new one, if not given.
        created_in_block: From where on the coin has a history; nodes that limit the reach of questions answer sooner.

    Raises:
        ConfigError: If no coin is at the address.
    """

    def __init__(
        self,
        chain: Chain,
        address: Address | str,
        *,
        transactions: TransactionManager | None = None,
        created_in_block: int = 0,
    ) -> None:
        super().__init__(chain, account(address), created_in_block=created_in_block)
        self._transactions = transactions if transactions is not None else TransactionManager(chain)
        self._calls = StablecoinCalls(self._address, self._denomination)

    def __repr__(self) -> str:
        return f"Stablecoin({self._denomination.symbol} at {self._address} on {self._chain.network.name})"

    @property
    def address(self) -> Address:
        """Where the coin is, on every chain it was deployed to alike."""
        return self._address

    @property
    def denomination(self) -> Denomination:
        """What amounts are counted in: symbol and decimals."""
        return self._denomination

    @property
    def calls(self) -> StablecoinCalls:
        """Builds the coin's writes; nothing is sent by building."""
        return self._calls

    def amount(self, value: str | int | Decimal) -> Amount:
        """An exact amount of this coin, in tokens: `coin.amount("1,250.00")`.

        Raises:
            InvalidAmount: If it is a float, too precise, negative or out of range.
        """
        return self._denomination.amount(value)

    def send(self, call: Call, *, signer: Signer, ref: str | None = None, until: Stage = Stage.MINED) -> Receipt:
        """Does what a built call says, once; see `TransactionManager.send` for references, waiting and errors.

        A mint or burn under a reference carries it to the chain too (see `reference`): so it is done once even if
        every journal is lost. What was built to be done once under another reference is refused.

        Raises:
            UsageError: If the call was built with another reference; nothing was sent.
        """
        with self._amounts_in_tokens():
            return self._transactions.send(self._referenced(call, ref), signer=signer, ref=ref, until=until)

    def send_all(self, orders: Iterable[Order], *, signer: Signer, until: Stage = Stage.MINED) -> Generator[Outcome]:
        """Does many things, each once; see `TransactionManager.send_all`. References go to the chain as by `send`.

        What was built with another reference than its order's is not sent, and that is its outcome.
        """
        refused: deque[Outcome] = deque()
        for outcome in self._transactions.send_all(self._all_referenced(orders, refused), signer=signer, until=until):
            while refused:
                yield refused.popleft()
            if isinstance(outcome.error, ContractRevert):
                outcome.error.denomination = self._denomination
            yield outcome
        yield from refused

    def simulate(self, call: Call, *, sender: Address | str) -> int:
        """Tries a call without sending it.

        Returns:
            How much gas it would use.

        Raises:
            Reverted: What the contract would refuse.
        """
        with self._amounts_in_tokens():
            return self._chain.estimate_gas(call, sender=account(sender))

    def events(self, receipt: Receipt) -> list[Event]:
        """The coin's events in a receipt."""
        return decode_events(receipt.logs, self._address, self._denomination)

    def refusal_of(self, skipped: AuthorizationSkipped) -> Reverted:
        """Why a payment of a batch was skipped: the error that it would have met alone. It is returned, not raised."""
        found = refusal(skipped.reason)
        if isinstance(found, ContractRevert):
            found.denomination = self._denomination
        return found

    def _referenced(self, call: Call, ref: str | None) -> Call:
        return call if ref is None or call.to != self._address else under_reference(call, ref)

    def _all_referenced(self, orders: Iterable[Order], refused: deque[Outcome]) -> Iterator[Order]:
        """The orders as they are sent; `refused` gets those that are not."""
        for order in orders:
            try:
                call = self._referenced(order.call, order.ref)
            except UsageError as error:
                refused.append(Outcome(order.ref or "", error=error))
            else:
                yield replace(order, call=call)

    @contextmanager
    def _amounts_in_tokens(self) -> Iterator[None]:
        """Lets a refusal say its amounts in tokens: the chain that raised it does not know the coin."""
        try:
            yield
        except ContractRevert as refused:
            refused.denomination = self._denomination
            raise
