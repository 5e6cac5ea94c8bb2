"""The model of what holders do: `by` calls, the other arguments are the function's own.

Where a function takes a signature, the model is told whether it is good.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from tests.contracts.machine.ledger import TRANSFERS, UNLIMITED, ZERO, Ledger, Refused


@dataclass(frozen=True)
class Terms:
    """A payment as EIP-3009 has it."""

    source: str
    to: str
    value: int
    valid_after: int
    valid_before: int
    nonce: bytes


class Holding(Ledger):
    """Transfers, allowances, signed payments."""

    def transfer(self, by: str, to: str, value: int) -> None:
        self.moved(by, to, value)

    def transfer_with_memo(self, by: str, to: str, value: int, memo: bytes) -> None:
        self.moved(by, to, value)
        self.say("TransferWithMemo", by, to, value, memo)

    def transfer_from(self, by: str, source: str, to: str, value: int) -> None:
        self.listed(by)
        allowed = self.allowances[source, by]
        if allowed < max(value, 1):
            raise Refused("ERC20InsufficientAllowance", by, allowed, value)
        if allowed != UNLIMITED:
            self.allowances[source, by] -= value
        self.moved(source, to, value)

    def transfer_from_with_memo(self, by: str, source: str, to: str, value: int, memo: bytes) -> None:
        self.transfer_from(by, source, to, value)
        self.say("TransferWithMemo", source, to, value, memo)

    def transfer_batch(self, by: str, to: list[str], values: list[int]) -> None:
        self.stopped_if_paused(TRANSFERS)
        self.unequal(to, values)
        self.moved_to_many(by, to, values)

    def approve(self, by: str, spender: str, value: int) -> None:
        self.stopped_if_paused(TRANSFERS)
        self._allowed(by, spender, value)

    def increase_allowance(self, by: str, spender: str, increment: int) -> None:
        self.stopped_if_paused(TRANSFERS)
        allowed = self.allowances[by, spender]
        if allowed + increment > UNLIMITED:
            raise Refused("AllowanceOverflow", spender, allowed, increment)
        self._allowed(by, spender, allowed + increment)

    def decrease_allowance(self, by: str, spender: str, decrement: int) -> None:
        self.stopped_if_paused(TRANSFERS)
        allowed = self.allowances[by, spender]
        if decrement > allowed:
            raise Refused("ERC20InsufficientAllowance", spender, allowed, decrement)
        self._allowed(by, spender, allowed - decrement)

    def permit(self, _by: str, owner: str, spender: str, value: int, deadline: int, is_signed: bool) -> None:  # noqa: FBT001  # said by position, as on the chain
        self.stopped_if_paused(TRANSFERS)
        if self.now > deadline:
            raise Refused("PermitExpired", deadline)
        self._unsigned(owner, is_signed=is_signed)
        self.permit_nonces[owner] += 1
        self._allowed(owner, spender, value)

    def transfer_with_authorization(self, _by: str, terms: Terms, is_signed: bool) -> None:  # noqa: FBT001  # as above
        if self.now <= terms.valid_after:
            raise Refused("AuthorizationNotYetValid", terms.valid_after)
        if self.now >= terms.valid_before:
            raise Refused("AuthorizationExpired", terms.valid_before)
        self._nonce_used(terms.source, terms.nonce)
        self.say("AuthorizationUsed", terms.source, terms.nonce)
        self._unsigned(terms.source, is_signed=is_signed)
        self.moved(terms.source, terms.to, terms.value)

    def receive_with_authorization(self, by: str, terms: Terms, is_signed: bool) -> None:  # noqa: FBT001  # as above
        if by != terms.to:
            raise Refused("CallerNotPayee", by, terms.to)
        self.transfer_with_authorization(by, terms, is_signed)

    def transfer_with_authorization_batch(self, by: str, items: list[tuple[Terms, bool]], skips: bool) -> None:  # noqa: FBT001  # as above
        for terms, is_signed in items:
            try:
                self.all_or_nothing(lambda: self.transfer_with_authorization(by, terms, is_signed))  # noqa: B023  # called at once
            except Refused as refused:
                if not skips:
                    raise
                self.say("AuthorizationSkipped", terms.source, terms.nonce, refused.fact)

    def cancel_authorization(self, _by: str, authorizer: str, nonce: bytes, is_signed: bool) -> None:  # noqa: FBT001  # as above
        self._nonce_used(authorizer, nonce)
        self.say("AuthorizationCanceled", authorizer, nonce)
        self._unsigned(authorizer, is_signed=is_signed)

    def _allowed(self, owner: str, spender: str, value: int) -> None:
        if spender == ZERO:
            raise Refused("ERC20InvalidSpender", spender)
        self.allowances[owner, spender] = value
        self.say("Approval", owner, spender, value)

    def _nonce_used(self, authorizer: str, nonce: bytes) -> None:
        if (authorizer, nonce) in self.used_nonces:
            raise Refused("AuthorizationUsedOrCanceled", authorizer, nonce)
        self.used_nonces.add((authorizer, nonce))

    def _unsigned(self, signer: str, *, is_signed: bool) -> None:
        if not is_signed:
            raise Refused("InvalidSignature", signer)


def arguments_of(terms: Terms) -> tuple[str | int | bytes, ...]:
    """The terms as the coin's functions take them."""
    return astuple(terms)
