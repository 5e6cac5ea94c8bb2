"""Everything that can be wrong before sending, found before anything is signed. Pure: a survey in, intents out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.errors import NotEnoughGasMoney, StablecoinError
from stablecoin_tools.transactions.intent import Intent
from stablecoin_tools.transactions.signing import with_margin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Call, Survey
    from stablecoin_tools.networks import Network
    from stablecoin_tools.transactions.fees import Fees

__all__ = ["prepare"]


def prepare(
    asked: Mapping[str, Call], *, sender: Address, survey: Survey, fees: Fees, network: Network
) -> tuple[list[Intent], dict[str, StablecoinError]]:
    """The intents that can be sent, and for each other reference why not.

    Args:
        asked: What to do, by reference.
        sender: Who does it.
        survey: What the chain said of these calls, in the same order.
        fees: What will be offered.
        network: What gas is paid in.
    """
    intents: list[Intent] = []
    refused: dict[str, StablecoinError] = {}
    needed_wei = 0
    for (reference, call), gas in zip(asked.items(), survey.gas, strict=True):
        if isinstance(gas, StablecoinError):
            refused[reference] = gas
            continue
        gas_limit = with_margin(gas)
        cost_wei = call.value_wei + gas_limit * fees.max_fee_wei
        if needed_wei + cost_wei > survey.balance_wei:
            refused[reference] = _too_poor(sender, survey.balance_wei, cost_wei, needed_wei, network)
            continue
        needed_wei += cost_wei
        intents.append(Intent(reference, sender, call, gas_limit))
    return intents, refused


def _too_poor(sender: Address, balance_wei: int, cost_wei: int, before_wei: int, network: Network) -> NotEnoughGasMoney:
    native = network.native_symbol
    has, costs, before = (wei / 10**18 for wei in (balance_wei, cost_wei, before_wei))
    others = f", and what goes before it up to {before:.9f} {native}" if before_wei else ""
    return NotEnoughGasMoney(
        f"{sender} has {has:.9f} {native}; this may cost up to {costs:.9f} {native}{others}.",
        hint=f"Send it some {native} for gas, then try again.",
    )
