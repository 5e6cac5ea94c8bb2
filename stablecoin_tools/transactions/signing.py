"""From an intent to a signed attempt at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.chain import Call
from stablecoin_tools.errors import ChainError, StablecoinError
from stablecoin_tools.signers import UnsignedTransaction
from stablecoin_tools.transactions.intent import Candidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import Chain
    from stablecoin_tools.signers import Signer
    from stablecoin_tools.transactions.fees import Fees
    from stablecoin_tools.transactions.intent import Intent

__all__ = ["Pen", "with_margin"]


def with_margin(estimate: int) -> int:
    """A gas limit for an estimate: state may change until it is mined, and what is not used is not paid."""
    return estimate + estimate // 4


@dataclass(frozen=True, slots=True)
class Pen:
    """Signs attempts for one chain."""

    chain: Chain
    signer: Signer

    def attempt(self, intent: Intent, nonce: int, fees: Fees) -> Candidate:
        """One attempt at what the intent says."""
        return self._sign(intent.call, nonce, intent.gas_limit, fees)

    def first_attempts(
        self, intents: Sequence[Intent], nonce: int, fees: Fees
    ) -> tuple[list[Intent], dict[str, StablecoinError]]:
        """Gives each intent that the signer does not refuse a nonce, from this one on, and a first attempt.

        Returns:
            The signed intents; and why the others are not, by reference.
        """
        signed: list[Intent] = []
        refused: dict[str, StablecoinError] = {}
        for intent in intents:
            own = nonce + len(signed)
            try:
                signed.append(intent.signed(own, self.attempt(intent, own, fees)))
            except ChainError as error:  # a remote signer does not answer: it is not waited for again
                left = intents[len(signed) + len(refused) :]
                return signed, refused | {one.reference: error for one in left}
            except StablecoinError as error:
                refused[intent.reference] = error
        return signed, refused

    def noop(self, nonce: int, fees: Fees) -> Candidate:
        """A transaction that does nothing but use the nonce."""
        call = Call(self.signer.address)
        gas = with_margin(self.chain.estimate_gas(call, sender=self.signer.address))
        return self._sign(call, nonce, gas, fees, is_noop=True)

    def _sign(self, call: Call, nonce: int, gas_limit: int, fees: Fees, *, is_noop: bool = False) -> Candidate:
        from eth_hash.auto import keccak

        signed = self.signer.sign_transaction(
            UnsignedTransaction(
                chain_id=self.chain.network.chain_id,
                nonce=nonce,
                to=call.to,
                data=call.data,
                value_wei=call.value_wei,
                gas_limit=gas_limit,
                max_fee_wei=fees.max_fee_wei,
                tip_wei=fees.tip_wei,
                is_legacy=fees.is_legacy,
            )
        )
        return Candidate(signed, "0x" + keccak(signed).hex(), fees, is_noop=is_noop)
