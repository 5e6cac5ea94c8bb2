"""A day of an issuer's operations, as a script: set a minter, mint against a deposit, pay out, burn a redemption.

python scripts/issue.py     on a chain in this process: no key, no network
"""

from __future__ import annotations

from stablecoin_tools.chain import LocalChain
from stablecoin_tools.deployment import CoinSpec, deploy
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Stablecoin
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
        roles={Role.MINTER_ADMIN_ROLE: (treasury.address,), Role.BURNER_ROLE: (operations.address,)},
    )
    deployment = deploy(spec, chain, signer=treasury, transactions=transactions)
    coin = Stablecoin(chain, deployment.address, transactions=transactions)
    million, deposit = coin.amount("1,000,000.00"), coin.amount("25,000.00")

    coin.send(coin.calls.configure_minter(operations.address, million), signer=treasury, ref="limit-2026-q1")
    for reference in ("deposit-1001", "deposit-1001"):  # asked twice under one reference, minted once
        coin.send(coin.calls.mint(customer.address, deposit), signer=operations, ref=reference)
    print(f"minted against the deposit, once: {coin.total_supply()}")

    coin.send(coin.calls.transfer(operations.address, deposit), signer=customer, ref="redemption-77-return")
    coin.send(coin.calls.burn(deposit), signer=operations, ref="redemption-77-burn")
    print(f"burned after the redemption: {coin.total_supply()}")
    print(f"the minter may still mint {coin.minter_allowance(operations.address)}")


if __name__ == "__main__":
    main()
