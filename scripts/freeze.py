"""Freezes accounts, seizes by order, and sets free, as a script.

python scripts/freeze.py     on a chain in this process: no key, no network
"""

from __future__ import annotations

from stablecoin_tools.chain import LocalChain
from stablecoin_tools.deployment import CoinSpec, deploy
from stablecoin_tools.reverts import AccountBlacklisted
from stablecoin_tools.roles import Role
from stablecoin_tools.signers import development_signer
from stablecoin_tools.token import Stablecoin, reference
from stablecoin_tools.transactions import TransactionManager


def main() -> None:
    """Blacklists an account, tries to pay from it and to it, seizes what the order says, and sets it free."""
    chain = LocalChain()
    compliance, legal, suspect, shop = (development_signer(index, chain.network) for index in range(4))
    transactions = TransactionManager(chain)
    spec = CoinSpec(
        name="Example Dollar",
        symbol="USDX",
        currency="USD",
        decimals=6,
        admin=legal.address,
        roles={
            Role.MINTER_ADMIN_ROLE: (legal.address,),
            Role.BLACKLISTER_ROLE: (compliance.address,),
            Role.UNBLACKLISTER_ROLE: (legal.address,),
            Role.SEIZER_ROLE: (legal.address,),
        },
    )
    deployment = deploy(spec, chain, signer=legal, transactions=transactions)
    coin = Stablecoin(chain, deployment.address, transactions=transactions)

    coin.send(coin.calls.configure_minter(legal.address, coin.amount(100)), signer=legal)
    coin.send(coin.calls.mint(suspect.address, coin.amount(100)), signer=legal)

    coin.send(coin.calls.blacklist(suspect.address), signer=compliance)
    for payer, payee in ((suspect, shop), (shop, suspect)):
        try:
            coin.send(coin.calls.transfer(payee.address, coin.amount(0)), signer=payer)
        except AccountBlacklisted as refused:
            print(f"refused: {refused}")

    seize = coin.calls.seize(suspect.address, legal.address, coin.amount(60), reference("court-2026-17"))
    coin.send(seize, signer=legal)
    print(f"seized by order: {coin.balance_of(legal.address)}, left: {coin.balance_of(suspect.address)}")

    coin.send(coin.calls.un_blacklist(suspect.address), signer=legal)
    coin.send(coin.calls.transfer(shop.address, coin.amount(0)), signer=suspect)
    print("set free: the same transfer passes")


if __name__ == "__main__":
    main()
