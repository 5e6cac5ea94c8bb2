"""What holders do: transfers, allowances, and what they signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.errors import UsageError
from stablecoin_tools.token.arguments import account, unix_seconds, word
from stablecoin_tools.token.calls.base import CallBuilder, batch
from stablecoin_tools.token.signatures import (
    CancelAuthorization,
    PaymentAuthorization,
    Permit,
    ReceiveAuthorization,
    TransferAuthorization,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.chain import Call

__all__ = ["HoldingCalls"]

_TERMS = "address,address,uint256,uint256,uint256,bytes32,bytes"


class HoldingCalls(CallBuilder):
    """What holders, and those they let, do with coins.

    What was signed goes in as the value of `stablecoin_tools.token.signatures` that was signed, with its signature: 65
    bytes of a key, or whatever the signer's contract wants.
    """

    def transfer(self, to: Address | str, value: Amount) -> Call:
        """Moves `value` from the signer to `to`."""
        receiver = account(to)
        return self._call(f"transfer {value} to {receiver}", "transfer", receiver, self._units(value))

    def transfer_from(self, source: Address | str, to: Address | str, value: Amount) -> Call:
        """Moves `value` from `source` to `to`, out of what `source` allowed the signer."""
        sender, receiver = account(source), account(to)
        words = f"transfer {value} from {sender} to {receiver}"
        return self._call(words, "transferFrom", sender, receiver, self._units(value))

    def transfer_with_memo(self, to: Address | str, value: Amount, memo: bytes) -> Call:
        """Moves `value` from the signer to `to`, with a memo of 32 bytes; `reference` makes one of text."""
        receiver, memo = account(to), word(memo, "memo")
        words = f"transfer {value} to {receiver} with memo 0x{memo.hex()}"
        return self._call(words, "transferWithMemo", receiver, self._units(value), memo)

    def transfer_from_with_memo(self, source: Address | str, to: Address | str, value: Amount, memo: bytes) -> Call:
        """Moves `value` from `source` to `to`, out of what `source` allowed the signer, with a memo of 32 bytes."""
        sender, receiver, memo = account(source), account(to), word(memo, "memo")
        words = f"transfer {value} from {sender} to {receiver} with memo 0x{memo.hex()}"
        return self._call(words, "transferFromWithMemo", sender, receiver, self._units(value), memo)

    def transfer_batch(self, payments: Sequence[tuple[Address | str, Amount]]) -> Call:
        """Pays many from the signer's balance, each (receiver, amount); all or nothing."""
        receivers, values = zip(*((account(to), self._units(value)) for to, value in batch(payments)), strict=True)
        words = f"transfer {self._total(values)} to {len(receivers)} accounts"
        return self._call(words, "transferBatch", receivers, values)

    def approve(self, spender: Address | str, value: Amount) -> Call:
        """Lets `spender` move up to `value` of the signer's balance, in place of what was allowed before."""
        party = account(spender)
        return self._call(f"allow {party} to move {value}", "approve", party, self._units(value))

    def increase_allowance(self, spender: Address | str, increment: Amount) -> Call:
        """Lets `spender` move `increment` more of the signer's balance."""
        party = account(spender)
        return self._call(f"allow {party} to move {increment} more", "increaseAllowance", party, self._units(increment))

    def decrease_allowance(self, spender: Address | str, decrement: Amount) -> Call:
        """Lets `spender` move `decrement` less of the signer's balance."""
        party = account(spender)
        return self._call(f"allow {party} to move {decrement} less", "decreaseAllowance", party, self._units(decrement))

    def permit(self, permit: Permit, signature: bytes) -> Call:
        """Submits a permit that its owner signed. Anybody may."""
        _revert_if_no(Permit, permit)
        return self._call(
            f"allow {permit.spender} to move {permit.value} of {permit.owner}, who signed it",
            "permit(address,address,uint256,uint256,bytes)",
            permit.owner,
            permit.spender,
            self._units(permit.value),
            unix_seconds(permit.deadline),
            signature,
        )

    def transfer_with_authorization(self, authorization: TransferAuthorization, signature: bytes) -> Call:
        """Submits a payment that its payer signed. Anybody may."""
        _revert_if_no(TransferAuthorization, authorization)
        function = f"transferWithAuthorization({_TERMS})"
        return self._call(_words(authorization), function, *self._signed(authorization, signature))

    def receive_with_authorization(self, authorization: ReceiveAuthorization, signature: bytes) -> Call:
        """Submits a payment that its payer signed. Only the payee may."""
        _revert_if_no(ReceiveAuthorization, authorization)
        function = f"receiveWithAuthorization({_TERMS})"
        return self._call(_words(authorization), function, *self._signed(authorization, signature))

    def transfer_with_authorization_batch(
        self, authorizations: Sequence[tuple[TransferAuthorization, bytes]], *, skips_refused: bool
    ) -> Call:
        """Submits many signed payments at once, each (authorization, signature). Anybody may.

        Args:
            authorizations: The payments.
            skips_refused: Whether a refused payment is skipped, with an `AuthorizationSkipped` that tells why (200,000
                gas must be left for each); otherwise it is all or nothing.
        """
        signed = batch(authorizations)
        for authorization, _ in signed:
            _revert_if_no(TransferAuthorization, authorization)
        structs = [self._signed(authorization, signature) for authorization, signature in signed]
        words = f"settle {len(signed)} signed payments of {self._total([struct[2] for struct in structs])}"
        return self._call(words, "transferWithAuthorizationBatch", structs, skips_refused)

    def cancel_authorization(self, cancellation: CancelAuthorization, signature: bytes) -> Call:
        """Uses up the nonce of an authorization, by its authorizer's signature. Anybody may."""
        _revert_if_no(CancelAuthorization, cancellation)
        return self._call(
            f"cancel the authorization 0x{cancellation.nonce.hex()} of {cancellation.authorizer}",
            "cancelAuthorization(address,bytes32,bytes)",
            cancellation.authorizer,
            cancellation.nonce,
            signature,
        )

    def _signed(
        self, terms: PaymentAuthorization, signature: bytes
    ) -> tuple[Address, Address, int, int, int, bytes, bytes]:
        return (
            terms.sender,
            terms.to,
            self._units(terms.value),
            unix_seconds(terms.valid_after),
            unix_seconds(terms.valid_before),
            terms.nonce,
            signature,
        )


def _words(payment: PaymentAuthorization) -> str:
    return f"transfer {payment.value} from {payment.sender}, who signed it, to {payment.to}"


def _revert_if_no(kind: type, signed: object) -> None:
    """One signature does not serve for another kind: the contract would refuse it, after it has cost gas."""
    if type(signed) is not kind:
        raise UsageError(f"Not a {kind.__name__}: {signed!r}.")
