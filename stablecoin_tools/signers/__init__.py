"""Who signs. Nothing outside this floor ever sees a key."""

from stablecoin_tools.signers.accounts import development_signer, testnet_signer
from stablecoin_tools.signers.keystore import Keystore
from stablecoin_tools.signers.protocol import Signer, UnsignedTransaction

__all__ = ["Keystore", "Signer", "UnsignedTransaction", "development_signer", "testnet_signer"]
