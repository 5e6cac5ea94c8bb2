"""The steps of a plan for a key that is never connected: prepared where there is a node, signed where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stablecoin_tools.deployment.executors.authority import check_steps, created_by, whole_of
from stablecoin_tools.deployment.executors.offline_files import SignedSteps, UnsignedSteps
from stablecoin_tools.deployment.plan_reading import check_current
from stablecoin_tools.errors import (
    ChainError,
    FeeCapExceeded,
    NotEnoughGasMoney,
    NotSent,
    StablecoinError,
    UsageError,
)
from stablecoin_tools.signers.checking import check_transaction
from stablecoin_tools.transactions import FeePolicy
from stablecoin_tools.transactions.signing import with_margin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Chain, Survey
    from stablecoin_tools.deployment.plans import NetworkPlan, Plan, Step
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers import Signer

__all__ = ["prepare_offline", "sign_offline"]

_HEADROOM: Final = 10
"""How many times the base fee is offered: a file is under way for hours, and what is offered too much is not paid."""

# What a step may use of which nothing is known yet, as what it calls is created, or what it needs is granted, by one
# before it. What is not used is not paid.
_CALL_GAS: Final = 500_000
_CREATION_GAS: Final = 3_000_000
_CREATION_GAS_BYTE: Final = 250  # 200 for the code that stays, the rest for running over it. Source: EIP-170, EIP-3860
_DATA_GAS_BYTE: Final = 40  # the most that a byte of call data costs. Source: EIP-7623
_CHANGED_GAS: Final = 100_000  # what a step may use more than now once those before it are done
_MOST_GAS: Final = 16_777_216  # of one transaction. Source: EIP-7825


def prepare_offline(
    plan: Plan,
    network: NetworkPlan,
    *,
    sender: Address,
    chain: Chain,
    first: int = 0,
    fees: FeePolicy | None = None,
) -> UnsignedSteps:
    """The steps of a plan from one on, as transactions for an account to sign elsewhere. Nothing is sent.

    Until they are mined, that account must send nothing else: their nonces are the next ones that it has.

    Args:
        plan: The plan.
        network: What it does on the chain, or the part of that which is to be signed.
        sender: Who is to sign.
        chain: What is asked.
        first: The first step that is left to do, counted from 0.
        fees: What to offer for gas; ten times the present base fee within the network's cap, if not given.

    Raises:
        UsageError: If there is no such step, or one that no prepared transaction can do, or it is not of the plan.
        NotSent: If the sender does not hold a role that a step needs, and gets it by none before it; or has
            transactions under way, or too little for gas.
        FeeCapExceeded: If gas costs more than the policy allows.
        Reverted: If the contract refuses the first step.
        ChainError: If the chain cannot be read.
    """
    steps = check_steps(network, first, executor=sender, chain=chain)
    policy = fees if fees is not None else replace(FeePolicy.of(chain.network), headroom=_HEADROOM)
    survey = chain.survey([step.call for step in steps], sender=sender)
    mined_nonce = chain.nonce(sender, block="latest")
    if survey.nonce != mined_nonce:
        raise NotSent(
            f"{sender} has {survey.nonce - mined_nonce} transactions that are not mined yet.",
            hint="Wait until they are: signed steps must follow what is certain. Nothing was sent.",
        )
    unsigned = UnsignedSteps(
        plan=plan,
        network_name=whole_of(plan, network).network,
        chain_id=network.chain_id,
        sender=sender,
        first=first,
        nonce=mined_nonce,
        gas_limits=_gas_limits(steps, survey),
        fees=policy.offer(survey.fee_history),
    )
    if unsigned.greatest_cost_wei > survey.balance_wei:
        native = chain.network.native_symbol
        raise NotEnoughGasMoney(
            f"{sender} has {survey.balance_wei / 10**18:.9f} {native}; all of it may cost up to "
            f"{unsigned.greatest_cost_wei / 10**18:.9f} {native}.",
            hint=f"Send it some {native} for gas, then try again.",
        )
    return unsigned


def sign_offline(unsigned: UnsignedSteps, *, signer: Signer, network: Network, now: datetime) -> SignedSteps:
    """Signs prepared steps; no chain is asked. Show them first: `unsigned.steps` says what each does.

    Args:
        unsigned: What `read_unsigned` read.
        signer: Who signs.
        network: The chain that whoever signs means.
        now: The present time, with a time zone.

    Raises:
        UsageError: If they are another sender's, for another chain, or of a plan that expired.
        FeeCapExceeded: If they offer more for gas than is ever offered on that chain.
        WalletError: If the signer signs something else.
    """
    if unsigned.sender != signer.address:
        raise UsageError(f"These steps are to be signed by {unsigned.sender}, not by {signer.address}.")
    if unsigned.chain_id != network.chain_id:
        raise UsageError(
            f"These steps are for chain {unsigned.chain_id} ({unsigned.network.network}), "
            f"not for {network.name}, which is chain {network.chain_id}."
        )
    if unsigned.fees.max_fee_wei > FeePolicy.of(network).cap_wei:
        raise FeeCapExceeded(f"These steps offer {unsigned.fees.max_fee_wei:,} wei for a unit of gas.")
    check_current(unsigned.plan, now)
    signed = []
    for transaction in unsigned.transactions:
        one = signer.sign_transaction(transaction)
        check_transaction(one, transaction, unsigned.sender)
        signed.append(one)
    return SignedSteps(unsigned.hash, unsigned.plan.hash, unsigned.chain_id, unsigned.sender, tuple(signed))


def _gas_limits(steps: Sequence[Step], survey: Survey) -> tuple[int, ...]:
    """The first step's as the chain estimates it; of those after it an estimate says little, and may be impossible."""
    first, *later = survey.gas
    if isinstance(first, StablecoinError):
        raise first
    return with_margin(first), *(_later_limit(step.call, gas) for step, gas in zip(steps[1:], later, strict=True))


def _later_limit(call: Call, estimate: int | StablecoinError) -> int:
    if isinstance(estimate, ChainError):
        raise estimate
    limit = _CALL_GAS + _DATA_GAS_BYTE * len(call.data)
    if created_by(call) is not None:
        limit += _CREATION_GAS + _CREATION_GAS_BYTE * len(call.data)
    if not isinstance(estimate, StablecoinError):
        limit = max(limit, with_margin(estimate) + _CHANGED_GAS)
    return min(limit, _MOST_GAS)
