"""Who signs. Nothing outside this floor ever sees a key."""

from stablecoin_tools.signers.accounts import development_signer, testnet_signer
from stablecoin_tools.signers.keystore import Keystore
from stablecoin_tools.signers.probing import probe
from stablecoin_tools.signers.protocol import Signer, UnsignedTransaction
from stablecoin_tools.signers.remote import RemoteSigner, RemoteWallet
from stablecoin_tools.signers.wallets import Wallet, WalletKind, Wallets

__all__ = [
    "Keystore",
    "RemoteSigner",
    "RemoteWallet",
    "Signer",
    "UnsignedTransaction",
    "Wallet",
    "WalletKind",
    "Wallets",
    "development_signer",
    "probe",
    "testnet_signer",
]
