"""What the environment and the configuration file say. The only module that reads either.

STABLECOIN_NETWORK             the network, where --network is not given; but `plan`, `apply` and
                               `audit` then act on all that their file names
STABLECOIN_RPC_URL_<NETWORK>   its RPC URL: STABLECOIN_RPC_URL_BASE_SEPOLIA
STABLECOIN_WALLET              the wallet, where --wallet is not given
STABLECOIN_WALLETS             the folder of the wallets (~/.config/stablecoin/wallets)
STABLECOIN_PASSWORD_FILE       the wallet's password, where --password-file is not given
STABLECOIN_PIN_FILE            the PIN of wallets in HSMs; without it, their PIN is asked for as other passwords are
STABLECOIN_SIGNER_URL_<NAME>   where a remote signer is: STABLECOIN_SIGNER_URL_TREASURY
STABLECOIN_PRIVATE_KEY         a key, for testnets only, where no wallet is named
STABLECOIN_DEPLOYMENTS         the folder of the deployment records (./deployments)
STABLECOIN_ETHERSCAN_KEY       the API key of Etherscan, where sources are published
STABLECOIN_ETHERSCAN_URL       another explorer that speaks its API: https://eth-sepolia.blockscout.com/api
STABLECOIN_SOURCIFY_URL        another instance of Sourcify (https://sourcify.dev/server)
STABLECOIN_JOURNAL             the journal of what is sent, as an SQLAlchemy URL: postgresql+psycopg://..., where
                               several machines share it; a file by its absolute path, with four slashes
                               (sqlite:///$HOME/.local/state/stablecoin/journal.db)
STABLECOIN_CONFIG              the configuration file (~/.config/stablecoin/config.toml):

    [rpc_urls]
    sepolia = "https://..."

    [witness_rpc_urls]         # other nodes: what cannot be taken back is believed if more than half of all agree
    sepolia = ["https://...", "https://..."]

    [remote_signers.treasury]  # a wallet whose key a service keeps (web3signer, clef): --wallet treasury
    address = "0x..."
    url = "https://..."

    [kms_signers.minter]       # a wallet whose key is in AWS KMS, found with the credentials that AWS's own tools find
    address = "0x..."
    key = "alias/minter"       # or its id, or its ARN
    region = "eu-central-1"

    [pkcs11_signers.cold]      # a wallet whose key is in an HSM
    address = "0x..."
    library = "/usr/lib/softhsm/libsofthsm2.so"
    token = "issuer"           # the token's label
    key = "cold"               # the key's label; or key_id = "0x01", its id

    [networks.my-chain]        # chains that are no presets
    chain_id = 12345
    native_symbol = "ETH"
    is_testnet = true          # false, if not given: no key from the environment there
    explorer_url = "https://..."
    finality_depth = 12        # the node's `finalized` tag, if not given
    fee_cap_gwei = 300         # 500, if not given: the most ever offered for a unit of gas
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.errors import ConfigError, InvalidAddress, WalletError
from stablecoin_tools.networks import DEFAULT_FEE_CAP_GWEI, NETWORKS, Finality, Network, find_network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.signers import KeptElsewhere

__all__ = ["Settings", "read_settings"]

_ANVIL_URL: Final = "http://127.0.0.1:8545"
_NO_LETTER_OR_DIGIT: Final = re.compile(r"[^A-Z0-9]")
# What a wallet's table needs, and what it may have.
_WALLET_KEYS: Final = {
    "remote_signers": (("address",), ("url",)),
    "kms_signers": (("address", "key", "region"), ()),
    "pkcs11_signers": (("address", "library", "token"), ("key", "key_id")),
}
_NETWORK_KEYS: Final = {
    "chain_id": int,
    "native_symbol": str,
    "is_testnet": bool,
    "explorer_url": str,
    "finality_depth": int,
    "fee_cap_gwei": int,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What was configured. URLs, the journal's too, and the key may be secrets: no `repr` shows them.

    Attributes:
        network: The default network's name, or None.
        networks: Networks of the configuration file, by name.
        rpc_urls: RPC URLs by network name.
        witness_rpc_urls: RPC URLs of other nodes, by network name.
        wallet: The default wallet's name, or None.
        wallets: The folder of the wallets.
        remote_signers: Wallets whose keys are somewhere else, by name: at a service, in AWS KMS, in an HSM.
        password_file: The file with the wallet's password, or None.
        private_key: A key for testnets, or None.
        etherscan_key: The API key of Etherscan, or None.
        etherscan_url: Where an explorer is that speaks its API; None for its own place.
        sourcify_url: Where Sourcify is; None for its own place.
        deployments: The folder of the deployment records.
        journal: The journal's SQLAlchemy URL.
    """

    network: str | None
    networks: Mapping[str, Network]
    rpc_urls: Mapping[str, str] = field(repr=False)
    witness_rpc_urls: Mapping[str, tuple[str, ...]] = field(repr=False)
    wallet: str | None
    wallets: Path
    remote_signers: Mapping[str, KeptElsewhere]
    password_file: str | None
    private_key: str | None = field(repr=False)
    etherscan_key: str | None = field(repr=False)
    etherscan_url: str | None = field(repr=False)
    sourcify_url: str | None = field(repr=False)
    deployments: Path
    journal: str = field(repr=False)

    def find_network(self, name: str | None) -> Network:
        """The network of that name, or the default one.

        Raises:
            ConfigError: If there is none.
        """
        chosen = name or self.network
        if chosen is None:
            raise ConfigError("No network is named.", hint="Add --network anvil, or set STABLECOIN_NETWORK.")
        return self.networks[chosen] if chosen in self.networks else find_network(chosen)

    def rpc_url(self, network: Network) -> str:
        """Where a node of this network is.

        Raises:
            ConfigError: If nothing says where.
        """
        if network.name in self.rpc_urls:
            return self.rpc_urls[network.name]
        if network.name == "anvil":
            return _ANVIL_URL
        raise ConfigError(
            f"No RPC URL is configured for {network.name}.",
            hint=f"Set {_rpc_variable(network.name)}, or put it into the configuration file under [rpc_urls].",
        )


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Reads the environment and the configuration file.

    Args:
        environment: The process's, if not given.

    Raises:
        ConfigError: If the file is malformed; an absent file is an empty one.
    """
    variables = os.environ if environment is None else environment
    home = Path(variables.get("HOME", "~")).expanduser()
    folder = Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "stablecoin"
    state = Path(variables.get("XDG_STATE_HOME") or home / ".local" / "state") / "stablecoin"
    path = Path(variables.get("STABLECOIN_CONFIG") or folder / "config.toml")
    written = _read(path, is_named=bool(variables.get("STABLECOIN_CONFIG")))
    networks = _networks(written.pop("networks", {}), path)
    urls = _texts(written.pop("rpc_urls", {}), "rpc_urls", path)
    witnesses = _witnesses(written.pop("witness_rpc_urls", {}), networks, path)
    remote_signers = _wallets({kind: written.pop(kind, {}) for kind in _WALLET_KEYS}, variables, path)
    if written:
        raise ConfigError(f"{path}: unknown keys: {', '.join(written)}.")
    for name in (*NETWORKS, *networks):
        if url := variables.get(_rpc_variable(name)):
            urls[name] = url
    return Settings(
        network=variables.get("STABLECOIN_NETWORK") or None,
        networks=networks,
        rpc_urls=urls,
        witness_rpc_urls=witnesses,
        wallet=variables.get("STABLECOIN_WALLET") or None,
        wallets=Path(variables.get("STABLECOIN_WALLETS") or folder / "wallets"),
        remote_signers=remote_signers,
        password_file=variables.get("STABLECOIN_PASSWORD_FILE") or None,
        private_key=variables.get("STABLECOIN_PRIVATE_KEY") or None,
        etherscan_key=variables.get("STABLECOIN_ETHERSCAN_KEY") or None,
        etherscan_url=variables.get("STABLECOIN_ETHERSCAN_URL") or None,
        sourcify_url=variables.get("STABLECOIN_SOURCIFY_URL") or None,
        deployments=Path(variables.get("STABLECOIN_DEPLOYMENTS") or "deployments"),
        journal=variables.get("STABLECOIN_JOURNAL") or f"sqlite:///{state.absolute() / 'journal.db'}",
    )


def _rpc_variable(network: str) -> str:
    return f"STABLECOIN_RPC_URL_{network.upper().replace('-', '_')}"


def _signer_variable(name: str) -> str:
    return f"STABLECOIN_SIGNER_URL_{_NO_LETTER_OR_DIGIT.sub('_', name.upper())}"


def _read(path: Path, *, is_named: bool) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text())
    except FileNotFoundError:
        if is_named:
            raise ConfigError(f"There is no configuration file {path}.") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error


def _networks(tables: Any, path: Path) -> dict[str, Network]:
    if not isinstance(tables, dict):
        raise ConfigError(f"{path}: [networks] holds one table per network.")
    return {name: _network(name, table, path) for name, table in tables.items()}


def _network(name: str, table: Any, path: Path) -> Network:
    if name in NETWORKS:
        raise ConfigError(f"{path}: {name} is a preset; give it an RPC URL under [rpc_urls].")
    if not isinstance(table, dict) or not {"chain_id", "native_symbol"} <= table.keys() <= _NETWORK_KEYS.keys():
        raise ConfigError(
            f"{path}: [networks.{name}] needs chain_id and native_symbol, and may have "
            "is_testnet, explorer_url, finality_depth and fee_cap_gwei."
        )
    for key, value in table.items():
        if type(value) is not _NETWORK_KEYS[key]:
            raise ConfigError(f"{path}: networks.{name}.{key} is no {_NETWORK_KEYS[key].__name__}.")
    fee_cap_gwei = table.get("fee_cap_gwei", DEFAULT_FEE_CAP_GWEI)
    if fee_cap_gwei <= 0:
        raise ConfigError(f"{path}: networks.{name}.fee_cap_gwei is no whole number above zero.")
    depth = table.get("finality_depth")
    return Network(
        name=name,
        chain_id=table["chain_id"],
        native_symbol=table["native_symbol"],
        explorer_url=table.get("explorer_url", ""),
        finality=Finality.TAG if depth is None else Finality.DEPTH,
        finality_depth=depth or 0,
        is_testnet=table.get("is_testnet", False),
        fee_cap_gwei=fee_cap_gwei,
    )


def _texts(table: Any, name: str, path: Path) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ConfigError(f"{path}: [{name}] holds texts.")
    return dict(table)


def _witnesses(table: Any, networks: Mapping[str, Network], path: Path) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict) or not all(_are_texts(value) for value in table.values()):
        raise ConfigError(f"{path}: [witness_rpc_urls] holds lists of texts.")
    for name in table:
        if name not in NETWORKS and name not in networks:
            raise ConfigError(f"{path}: [witness_rpc_urls] names no network that is known: {name}.")
    return {name: tuple(urls) for name, urls in table.items()}


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _wallets(kinds: Mapping[str, Any], variables: Mapping[str, str], path: Path) -> dict[str, KeptElsewhere]:
    found: dict[str, KeptElsewhere] = {}
    for kind, tables in kinds.items():
        if not isinstance(tables, dict):
            raise ConfigError(f"{path}: [{kind}] holds one table per wallet.")
        for name, table in tables.items():
            if name in found:
                raise ConfigError(f"{path}: [{kind}.{name}] is the second wallet of that name.")
            found[name] = _wallet(kind, name, table, variables, path)
    return found


def _wallet(kind: str, name: str, table: Any, variables: Mapping[str, str], path: Path) -> KeptElsewhere:
    from stablecoin_tools.addresses import parse_address
    from stablecoin_tools.signers.keystore import check_name

    written = _texts(table, f"{kind}.{name}", path)
    needed, allowed = _WALLET_KEYS[kind]
    if not set(needed) <= written.keys() <= {*needed, *allowed} or not all(written[key] for key in needed):
        also = f", and may have {' or '.join(allowed)}" if allowed else ""
        raise ConfigError(f"{path}: [{kind}.{name}] needs {', '.join(needed)}{also}; nothing else, and no secrets.")
    try:
        check_name(name)
        return _kept_elsewhere(kind, name, written, parse_address(written["address"]), variables)
    except WalletError as error:
        raise ConfigError(f"{path}: [{kind}]: {error}", hint=error.hint) from error
    except InvalidAddress as error:  # its words repeat what was written, which may be the URL
        raise ConfigError(f"{path}: {kind}.{name}.address is no address.", hint=error.hint) from None
    except ValueError:
        raise ConfigError(
            f"{path}: [{kind}.{name}] needs either key, the key's label, or key_id, its id in hex: 0x01."
        ) from None


def _kept_elsewhere(
    kind: str, name: str, written: Mapping[str, str], address: Address, variables: Mapping[str, str]
) -> KeptElsewhere:
    from stablecoin_tools.signers import KmsWallet, Pkcs11Wallet, RemoteWallet

    if kind == "remote_signers":
        return RemoteWallet(address, variables.get(_signer_variable(name)) or written.get("url", ""))
    if kind == "kms_signers":
        return KmsWallet(address, key=written["key"], region=written["region"])
    label, number = written.get("key", ""), bytes.fromhex(written.get("key_id", "").removeprefix("0x"))
    if bool(label) == bool(number):
        raise ValueError(kind)
    pin_file = variables.get("STABLECOIN_PIN_FILE")
    return Pkcs11Wallet(
        address,
        library=written["library"],
        token=written["token"],
        key=label or number,
        pin_file=Path(pin_file) if pin_file else None,
    )
