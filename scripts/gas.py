"""Measures what each operation costs, on the in-process EVM with Prague rules, through the public way to deploy.

    python scripts/gas.py           a table with bars
    python scripts/gas.py --json    {key: gas}; `tests/snapshots/gas.json` holds the same

"Existing" means that the receiver already holds the coin.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from stablecoin_tools.addresses import Address
from stablecoin_tools.chain import LocalChain
from stablecoin_tools.deployment import CoinSpec, deploy
from stablecoin_tools.deployment.create2 import DEPLOYER
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Stablecoin
from stablecoin_tools.transactions import MemoryJournal, TransactionManager

if TYPE_CHECKING:
    from stablecoin_tools.chain import Call
    from stablecoin_tools.signers import Signer

STARTED_AT = 1_700_000_000
BAR_WIDTH = 40


def measure() -> dict[str, int]:
    """Deploys a coin and does each operation once.

    Returns:
        Gas by operation, in units of gas.
    """
    chain = LocalChain(started_at=STARTED_AT)
    operator, holder, friend, spender = (development_signer(index, chain.network) for index in range(4))
    journal = MemoryJournal()
    transactions = TransactionManager(chain, journal=journal)
    every_role: dict[Role, tuple[Address, ...]] = {
        role: (operator.address,) for role in Role if role is not Role.DEFAULT_ADMIN_ROLE
    }
    spec = CoinSpec("Example Dollar", "USDX", "USD", 6, operator.address, roles=every_role)
    deployment = deploy(spec, chain, signer=operator, transactions=transactions)
    intents = journal.intents()
    creation_gas = sum(intent.receipt.gas_used for intent in intents if intent.receipt and intent.call.to == DEPLOYER)
    coin = Stablecoin(chain, deployment.address, transactions=transactions)
    calls, amount = coin.calls, coin.amount

    def gas(call: Call, signer: Signer) -> int:
        return coin.send(call, signer=signer).gas_used

    stranger = Address(b"\x11" * 20)
    gas(calls.configure_minter(operator.address, amount(1_000_000)), operator)
    for party in (operator, holder, friend):
        gas(calls.mint(party.address, amount(1_000)), operator)
    return {
        "deploy_total": creation_gas,
        "transfer_existing": gas(calls.transfer(friend.address, amount(1)), holder),
        "transfer_fresh": gas(calls.transfer(stranger, amount(1)), holder),
        "approve_new": gas(calls.approve(spender.address, amount(10)), holder),
        "transfer_from_finite": gas(calls.transfer_from(holder.address, friend.address, amount(1)), spender),
        "configure_minter": gas(calls.configure_minter(operator.address, amount(500_000)), operator),
        "mint_existing": gas(calls.mint(friend.address, amount(1)), operator),
        "mint_fresh": gas(calls.mint(Address(b"\x22" * 20), amount(1)), operator),
        "burn": gas(calls.burn(amount(1)), operator),
        "blacklist_holder": gas(calls.blacklist(friend.address), operator),
        "unblacklist_holder": gas(calls.un_blacklist(friend.address), operator),
        "pause": gas(calls.pause(), operator),
        "unpause": gas(calls.unpause(), operator),
    }


def main() -> None:
    """Prints the measurement."""
    measured = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(measured, indent=2))
        return
    longest = max(gas for key, gas in measured.items() if key != "deploy_total")
    for key, gas in measured.items():
        bar = "" if key == "deploy_total" else "█" * round(BAR_WIDTH * gas / longest)
        print(f"{key:<22}{gas:>12,}  {bar}")


if __name__ == "__main__":
    main()
