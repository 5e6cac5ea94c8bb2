"""The chains known by name: what they are called, and when a block on them is final."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from stablecoin_tools.errors import ConfigError

__all__ = [
    "DEFAULT_FEE_CAP_GWEI",
    "DEVELOPMENT_HD_PATH",
    "DEVELOPMENT_MNEMONIC",
    "NETWORKS",
    "Finality",
    "Network",
    "find_network",
]


DEFAULT_FEE_CAP_GWEI: Final = 500
"""The most offered for a unit of gas where a network says nothing else."""


class Finality(enum.Enum):
    """How a chain says that a block can no longer be undone."""

    TAG = "the node's `finalized` tag"
    DEPTH = "a number of blocks on top"


@dataclass(frozen=True, slots=True)
class Network:
    """A chain by name. It holds no RPC URL: those come from configuration, never from a repository.

    Attributes:
        name: The name on the command line.
        chain_id: The EIP-155 chain id; a node that answers with another is refused.
        native_symbol: What gas is paid in.
        explorer_url: Where people look transactions up; empty if nowhere.
        finality: How finality is read.
        finality_depth: For `Finality.DEPTH`, how many blocks on top make a block final.
        is_testnet: Whether its coins are worthless; only there may a key sit in an environment variable.
        is_development: Whether it is a private chain whose funded accounts have public keys.
        fee_cap_gwei: The most ever offered there for a unit of gas, in billionths of the native coin.
    """

    name: str
    chain_id: int
    native_symbol: str
    explorer_url: str
    finality: Finality = Finality.TAG
    finality_depth: int = 0
    is_testnet: bool = True
    is_development: bool = False
    fee_cap_gwei: int = DEFAULT_FEE_CAP_GWEI

    def transaction_url(self, transaction_hash: str) -> str:
        """The explorer's page of a transaction, or an empty text where there is no explorer."""
        return f"{self.explorer_url}/tx/{transaction_hash}" if self.explorer_url else ""


DEVELOPMENT_MNEMONIC: Final = "test test test test test test test test test test test junk"
"""The phrase behind the funded accounts of every development chain. It is public: never send value to them."""

DEVELOPMENT_HD_PATH: Final = "m/44'/60'/0'/0"
"""Where those accounts stand below the phrase. Source: BIP-44, as anvil and hardhat apply it."""

_DEVELOPMENT_CHAIN_ID: Final = 31337
"""What anvil and hardhat answer unless told otherwise; the in-process chain does too."""

# Where gas costs thousandths of a gwei, the default would let a mistaken or hostile node charge a fortune; Polygon's
# validators take no tip below 25 gwei, and ask for hundreds when the chain is busy.
_LAYER_2_CAP_GWEI: Final = 20
_POLYGON_CAP_GWEI: Final = 2_000

NETWORKS: Final = {
    network.name: network
    for network in (
        Network("local", _DEVELOPMENT_CHAIN_ID, "ETH", "", is_development=True),
        Network("anvil", _DEVELOPMENT_CHAIN_ID, "ETH", "", is_development=True),
        Network("sepolia", 11155111, "ETH", "https://sepolia.etherscan.io"),
        Network("hoodi", 560048, "ETH", "https://hoodi.etherscan.io"),
        Network("base-sepolia", 84532, "ETH", "https://sepolia.basescan.org", fee_cap_gwei=_LAYER_2_CAP_GWEI),
        Network("op-sepolia", 11155420, "ETH", "https://sepolia-optimism.etherscan.io", fee_cap_gwei=_LAYER_2_CAP_GWEI),
        Network("arbitrum-sepolia", 421614, "ETH", "https://sepolia.arbiscan.io", fee_cap_gwei=_LAYER_2_CAP_GWEI),
        Network("polygon-amoy", 80002, "POL", "https://amoy.polygonscan.com", fee_cap_gwei=_POLYGON_CAP_GWEI),
        Network("bnb-testnet", 97, "tBNB", "https://testnet.bscscan.com"),
        # Avalanche decides each block for good as it accepts it: there is no deeper state to wait for.
        Network("avalanche-fuji", 43113, "AVAX", "https://testnet.snowtrace.io", Finality.DEPTH, 1),
        Network("scroll-sepolia", 534351, "ETH", "https://sepolia.scrollscan.com", fee_cap_gwei=_LAYER_2_CAP_GWEI),
        Network("linea-sepolia", 59141, "ETH", "https://sepolia.lineascan.build", fee_cap_gwei=_LAYER_2_CAP_GWEI),
    )
}
"""The presets, by name. Sources: each chain's own documentation; chain ids as in the ethereum-lists registry."""


def find_network(name: str) -> Network:
    """Returns the preset of that name.

    Raises:
        ConfigError: If there is none.
    """
    try:
        return NETWORKS[name]
    except KeyError:
        raise ConfigError(
            f"Unknown network: {name!r}.",
            hint=f"Known are {', '.join(NETWORKS)}; others go into the configuration file.",
        ) from None
