"""Wallets: every wallet by its name

when they are listed: those in files, those elsewhere, and on a development network its accounts; nobody is asked
when one is opened: it signs, and for its network alone; a password is asked for only where it takes one
when a name is nobody's, or two wallets': refused before any password is asked for
when nothing says where a remote signer is: refused
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stablecoin_tools.addresses import parse_address
from stablecoin_tools.errors import ConfigError, UsageError, WalletError
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import (
    KeptElsewhere,
    Keystore,
    KmsWallet,
    Pkcs11Wallet,
    RemoteWallet,
    UnsignedTransaction,
    Wallets,
    probe,
)
from tests.signers.hsm import PIN, TOKEN
from tests.signers.kms_service import REGION
from tests.signers.remotes import ADDRESS, KEY

if TYPE_CHECKING:
    from tests.conftest import AnvilProcess
    from tests.signers.hsm import Hsm
    from tests.signers.kms_service import Kms

DEV0 = parse_address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
ANVIL, SEPOLIA = find_network("anvil"), find_network("sepolia")
ELSEWHERE = UnsignedTransaction(1, 0, None, b"", 0, 21_000, 1, 1)


@pytest.fixture(scope="module")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> Keystore:
    """With one wallet, `ops`."""
    keystore = Keystore(tmp_path_factory.mktemp("wallets"))
    keystore.create("ops", "correct horse")
    return keystore


def never() -> Any:
    pytest.fail("nobody should be asked for a password")


def test_lists_all_of_them_and_asks_nobody(keystore: Keystore) -> None:
    elsewhere: dict[str, KeptElsewhere] = {
        "treasury": RemoteWallet(DEV0, "http://127.0.0.1:9"),
        "cold": Pkcs11Wallet(DEV0, "/nowhere/libhsm.so", "nowhere", "cold"),
        "minter": KmsWallet(DEV0, "alias/nobody", "nowhere"),
    }

    def listed(network: Any) -> list[tuple[str, str]]:
        return [(wallet.name, wallet.kind.value) for wallet in Wallets(keystore, elsewhere, network).all()]

    everywhere = [("ops", "keystore"), ("cold", "pkcs11"), ("minter", "kms"), ("treasury", "remote")]
    assert listed(None) == listed(SEPOLIA) == everywhere
    assert listed(ANVIL) == [*everywhere, *((f"dev{index}", "development") for index in range(10))]
    assert Wallets(keystore, elsewhere, ANVIL).find("dev0").address == DEV0


def test_each_kind_signs_and_for_its_network_alone(
    keystore: Keystore, anvil_process: AnvilProcess, kms: Kms, hsm: Hsm
) -> None:
    hsm.import_key("listed", 100, int(KEY, 16))
    elsewhere: dict[str, KeptElsewhere] = {
        "treasury": RemoteWallet(DEV0, anvil_process.url),
        "cold": Pkcs11Wallet(ADDRESS, hsm.library, TOKEN, "listed"),
        "minter": KmsWallet(ADDRESS, kms.create_key(held=KEY), REGION),
    }
    wallets = Wallets(keystore, elsewhere, ANVIL)
    with kms.in_reach():
        signers = {
            "ops": wallets.open("ops", lambda: "correct horse"),
            "treasury": wallets.open("treasury", never),
            "cold": wallets.open("cold", lambda: PIN),
            "minter": wallets.open("minter", never),
            "dev3": wallets.open("dev3", never),
        }

    for name, signer in signers.items():
        assert signer.address == wallets.find(name).address
        probe(signer, bytes(32))
        with pytest.raises(UsageError, match="anvil alone"):
            signer.sign_transaction(ELSEWHERE)


def test_a_name_that_is_nobody_s_asks_for_no_password(keystore: Keystore) -> None:
    wallets = Wallets(keystore, {}, ANVIL)

    for name, why in (("nobody", "no wallet"), ("../ops", "Not a wallet's name"), ("dev10", "0 to 9")):
        with pytest.raises(ConfigError, match=why):
            wallets.open(name, never)


def test_a_name_of_two_wallets_is_refused(keystore: Keystore) -> None:
    with pytest.raises(WalletError, match="a remote wallet and of one in") as refused:
        Wallets(keystore, {"ops": RemoteWallet(DEV0, "http://127.0.0.1:9")}, None).open("ops", never)

    assert "Rename one" in refused.value.hint


@pytest.mark.parametrize("network", [None, SEPOLIA])
def test_development_accounts_are_for_development_networks(keystore: Keystore, network: Any) -> None:
    with pytest.raises(ConfigError):
        Wallets(keystore, {}, network).open("dev0", never)


@pytest.mark.parametrize(("url", "why"), [("", "Nothing says where"), ("ftp://secret", "must begin with http")])
def test_a_remote_signer_needs_a_url(keystore: Keystore, url: str, why: str) -> None:
    wallets = Wallets(keystore, {"treasury": RemoteWallet(DEV0, url)}, ANVIL)

    with pytest.raises(ConfigError, match=f"{why}.*'treasury'|'treasury' {why}") as refused:
        wallets.open("treasury", never)

    assert "secret" not in f"{refused.value}{wallets!r}"
    assert "STABLECOIN_SIGNER_URL_" in refused.value.hint
