"""Signer.sign_typed_data(message): EIP-712 messages, by every kind of signer

when a message is signed: 65 bytes, r, s and v, that recover to the signer; what EIP-712's own example says
when it is no such message: UsageError, and the key is shown by nothing
given a signer of one network: what names another chain is refused
"""

from __future__ import annotations

import copy
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from stablecoin_tools.addresses import Address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.errors import Moved, UsageError
from stablecoin_tools.networks import find_network
from stablecoin_tools.signers import Keystore, development_signer
from stablecoin_tools.signers import testnet_signer as signer_for_testnets
from stablecoin_tools.signers.accounts import signer_of_key
from stablecoin_tools.token import CancelAuthorization, Permit, SigningDomain, TransferAuthorization

if TYPE_CHECKING:
    from pathlib import Path

    from stablecoin_tools.signers import Signer

KEY = b"\x4c" * 32
SIGNER = signer_of_key(KEY)
HALF_OF_THE_CURVE = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
USDX = Denomination("USDX", 6)

addresses = st.binary(min_size=20, max_size=20).filter(any).map(Address)
words = st.binary(min_size=32, max_size=32)
amounts = st.integers(0, 2**128 - 1).map(USDX.from_base_units)
moments = st.integers(10, 2**35).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
domains = st.builds(SigningDomain, st.text(max_size=31), st.text(max_size=5), st.integers(1, 2**63), addresses)
signed = st.one_of(
    st.builds(Permit, owner=addresses, spender=addresses, value=amounts, nonce=st.integers(0, 2**64), deadline=moments),
    st.builds(TransferAuthorization, sender=addresses, to=addresses, value=amounts, nonce=words, valid_before=moments),
    st.builds(CancelAuthorization, authorizer=addresses, nonce=words),
)
MESSAGE = CancelAuthorization(authorizer=SIGNER.address, nonce=b"\x01" * 32).message(
    SigningDomain("Example Dollar", "1", 31337, Address(b"\x09" * 20))
)


@given(signed, domains)
def test_is_what_eth_account_signs_with_the_key(value: Any, domain: SigningDomain) -> None:
    message = value.message(domain)
    before = copy.deepcopy(message)

    signature = SIGNER.sign_typed_data(message)

    assert signature == Account.sign_typed_data(KEY, full_message=message).signature
    assert message == before
    assert len(signature) == 65
    assert signature[64] in (27, 28)
    assert int.from_bytes(signature[32:64]) <= HALF_OF_THE_CURVE


def test_signs_the_example_of_the_standard() -> None:
    # Source: EIP-712, assets/eip-712/Example.js.
    person = [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}]
    example = {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "Person": person,
            "Mail": [
                {"name": "from", "type": "Person"},
                {"name": "to", "type": "Person"},
                {"name": "contents", "type": "string"},
            ],
        },
        "primaryType": "Mail",
        "domain": {
            "name": "Ether Mail",
            "version": "1",
            "chainId": 1,
            "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
        },
        "message": {
            "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
            "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
            "contents": "Hello, Bob!",
        },
    }

    assert signer_of_key(keccak(text="cow")).sign_typed_data(example).hex() == (
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
        "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
        "1c"
    )


def test_every_kind_of_signer_signs_for_its_address(tmp_path: Path) -> None:
    keystore = Keystore(tmp_path / "wallets")
    keystore.import_key("brought", KEY.hex(), "password")
    signers: list[Signer] = [
        development_signer(3, find_network("anvil")),
        signer_for_testnets(KEY.hex(), find_network("anvil")),
        keystore.unlock("brought", "password"),
    ]

    for signer in signers:
        signature = signer.sign_typed_data(MESSAGE)
        recovered = Account.recover_message(encode_typed_data(full_message=MESSAGE), signature=signature)
        assert recovered == str(signer.address)


@pytest.mark.parametrize("named", [31337, "31337", "0x7a69", 0, None], ids=repr)
def test_a_signer_of_one_network_signs_what_is_for_it_or_for_no_chain(named: Any) -> None:
    message = named_for(named)

    signature = development_signer(1, find_network("anvil")).sign_typed_data(message)

    assert len(signature) == 65


@pytest.mark.parametrize("named", [1, "1", "0x1", "0x7a6a", 2**256 - 1], ids=repr)
def test_a_signer_of_one_network_signs_nothing_that_is_for_another(named: Any) -> None:
    with pytest.raises(UsageError, match=r"signs for anvil alone.* the message is for chain") as refused:
        development_signer(1, find_network("anvil")).sign_typed_data(named_for(named))

    assert refused.value.moved is Moved.NO
    assert len(SIGNER.sign_typed_data(named_for(named))) == 65  # one that is bound to none signs it


def named_for(chain_id: Any) -> dict[str, Any]:
    """A message whose domain names a chain so; or none."""
    message = copy.deepcopy(MESSAGE)
    message["domain"]["chainId"] = chain_id
    if chain_id is None:
        del message["domain"]["chainId"]
        fields = message["types"]["EIP712Domain"]
        message["types"]["EIP712Domain"] = [field for field in fields if field["name"] != "chainId"]
    return dict(message)


@pytest.mark.parametrize(
    "message",
    [
        {},
        None,
        "text",
        {**MESSAGE, "types": {}},
        {**MESSAGE, "types": None},
        {**MESSAGE, "primaryType": "Permit"},
        {**MESSAGE, "domain": {**MESSAGE["domain"], "chainId": "one"}},
        {**MESSAGE, "domain": {"name": "Example Dollar"}},
        {**MESSAGE, "message": {}},
        {**MESSAGE, "message": {**MESSAGE["message"], "authorizer": "alice"}},
        {**MESSAGE, "message": {**MESSAGE["message"], "nonce": "0x" + "01" * 33}},
    ],
    ids=repr,
)
def test_what_is_no_message_is_refused(message: Any) -> None:
    with pytest.raises(UsageError, match="Not an EIP-712 message") as refused:
        SIGNER.sign_typed_data(message)

    assert refused.value.moved is Moved.NO
    assert KEY.hex() not in "".join(traceback.format_exception(refused.value))
