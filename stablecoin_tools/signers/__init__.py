"""Who signs. Nothing outside this floor ever sees a key.

There is none for a Ledger, which clef reaches as a remote signer: ledgereth, the package for it, needs eth-utils below
6, and eth-account needs 6 or newer.
"""

from stablecoin_tools.signers.accounts import development_signer, testnet_signer
from stablecoin_tools.signers.keystore import Keystore
from stablecoin_tools.signers.kms import KmsSigner, KmsWallet
from stablecoin_tools.signers.pkcs11 import Pkcs11Signer, Pkcs11Wallet
from stablecoin_tools.signers.probing import probe
from stablecoin_tools.signers.protocol import KeptElsewhere, Signer, UnsignedTransaction, WalletKind
from stablecoin_tools.signers.remote import RemoteSigner, RemoteWallet
from stablecoin_tools.signers.wallets import Wallet, Wallets

__all__ = [
    "KeptElsewhere",
    "Keystore",
    "KmsSigner",
    "KmsWallet",
    "Pkcs11Signer",
    "Pkcs11Wallet",
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
