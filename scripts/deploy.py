"""Deploys a coin from Python: change the description below, then run it.

python scripts/deploy.py local      rehearse in this process; nothing stays
python scripts/deploy.py anvil      deploy to a running anvil
python scripts/deploy.py sepolia    with STABLECOIN_RPC_URL_SEPOLIA and STABLECOIN_PRIVATE_KEY set
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stablecoin_tools.chain import HttpChain, HttpTransport, LocalChain
from stablecoin_tools.cli.settings import read_settings
from stablecoin_tools.deployment import CoinSpec, DeploymentRecords, all_powers_of, deploy
from stablecoin_tools.errors import ConfigError, StablecoinError
from stablecoin_tools.signers import development_signer, testnet_signer
from stablecoin_tools.transactions import Journal, TransactionManager

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Chain
    from stablecoin_tools.cli.settings import Settings
    from stablecoin_tools.networks import Network
    from stablecoin_tools.signers import Signer


def description(admin: Address) -> CoinSpec:
    """The coin. On a testnet one account may hold every role; an issuer gives each to another."""
    return CoinSpec(
        name="Example Singapore Dollar",
        symbol="SGDX",
        currency="SGD",
        decimals=6,
        admin=admin,
        admin_delay_seconds=2 * 24 * 3600,
        supply_cap=5_000_000_000,
        mint_limit=100_000_000,
        mint_limit_refill_per_day=100_000_000,
        roles=all_powers_of(admin),
    )


def main() -> int:
    """Deploys to the network that the command line names."""
    try:
        settings = read_settings()
        network = settings.find_network(sys.argv[1] if len(sys.argv) > 1 else None)
        signer = who_signs(settings, network)
        is_local = network.name == "local"
        chain: Chain = LocalChain() if is_local else HttpChain(network, HttpTransport(settings.rpc_url(network)))
        deployment = deploy(
            description(signer.address),
            chain,
            signer=signer,
            transactions=TransactionManager(chain, journal=None if is_local else Journal(settings.journal)),
            records=None if is_local else DeploymentRecords(settings.deployments),
        )
    except StablecoinError as error:
        print(error, error.hint, sep="\n", file=sys.stderr)
        return 1
    print(f"{deployment.symbol} stands at {deployment.address} on {network.name}, proven")
    return 0


def who_signs(settings: Settings, network: Network) -> Signer:
    """A public development account where that is safe, the environment's key on other testnets."""
    if network.is_development:
        return development_signer(0, network)
    if settings.private_key is None:
        raise ConfigError("Nobody signs.", hint="Set STABLECOIN_PRIVATE_KEY, or use `stablecoin deploy --wallet`.")
    return testnet_signer(settings.private_key, network)


if __name__ == "__main__":
    sys.exit(main())
