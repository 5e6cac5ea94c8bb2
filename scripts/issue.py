"""A day of an issuer's operations, as a script: set a minter, mint against a deposit, redeem.

python scripts/issue.py     on a chain in this process: no key, no network
"""

from __future__ import annotations

from stablecoin_tools.chain import LocalChain
from stablecoin_tools.deployment import CoinSpec, deploy
from stablecoin_tools.reverts import ReferenceUsed
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Stablecoin, reference
from stablecoin_tools.transactions import TransactionManager


def main() -> None:
    """Runs the day and prints the supply after each step."""
    chain = LocalChain()
    treasury, operations, customer = (development_signer(index, chain.network) for index in range(3))
    transactions = TransactionManager(chain)
    spec = CoinSpec(
        name="Example Dollar",
        symbol="USDX",
        currency="USD",
        decimals=6,
        admin=treasury.address,
        roles={Role.MINTER_ADMIN_ROLE: (treasury.address,)},
    )
    deployment = deploy(spec, chain, signer=treasury, transactions=transactions)
    coin = Stablecoin(chain, deployment.address, transactions=transactions)
    million, deposit = coin.amount("1,000,000.00"), coin.amount("25,000.00")
    mint = coin.calls.mint(customer.address, deposit)

    limit = coin.calls.configure_minter(operations.address, million, refill_per_second=coin.amount("10.00"))
    coin.send(limit, signer=treasury, ref="limit-2026-q1")
    for _ in range(2):  # asked twice under one reference, sent once
        coin.send(mint, signer=operations, ref="deposit-1001")
    print(f"minted against the deposit, once: {coin.total_supply()}")

    try:  # asked again by whoever has another journal, refused by the coin: the reference is on the chain too
        Stablecoin(chain, coin.address).send(mint, signer=operations, ref="deposit-1001")
    except ReferenceUsed:
        print("the same deposit again: refused")

    redeem = coin.calls.redeem(deposit, reference("redemption-77"))
    coin.send(redeem, signer=customer, ref="redemption-77")
    print(f"redeemed by the customer: {coin.total_supply()}")
    print(f"the minter may still mint {coin.minter_allowance(operations.address)}")


if __name__ == "__main__":
    main()
