"""supportsInterface(interfaceId)

when the coin serves every function of the interface, whichever of its faces does: true
otherwise, and for 0xffffffff and for no function at all: false

The identifiers are made here of the functions' names, as each standard writes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.artifacts import coin_abi, load_artifact
from tests.contracts.words import close_lane, interface_id

if TYPE_CHECKING:
    from tests.world import World

_TERMS = "address,address,uint256,uint256,uint256,bytes32"
INTERFACES = {
    "ERC-20": (
        "totalSupply()",
        "balanceOf(address)",
        "transfer(address,uint256)",
        "allowance(address,address)",
        "approve(address,uint256)",
        "transferFrom(address,address,uint256)",
    ),
    "ERC-20 metadata": ("name()", "symbol()", "decimals()"),
    "ERC-165": ("supportsInterface(bytes4)",),
    "EIP-2612": (
        "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
        "nonces(address)",
        "DOMAIN_SEPARATOR()",
    ),
    "EIP-3009": (
        "authorizationState(address,bytes32)",
        f"transferWithAuthorization({_TERMS},uint8,bytes32,bytes32)",
        f"receiveWithAuthorization({_TERMS},uint8,bytes32,bytes32)",
    ),
    "EIP-3009 cancel": ("cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)",),
    "ERC-5267": ("eip712Domain()",),
    "ERC-7802": ("crosschainMint(address,uint256)", "crosschainBurn(address,uint256)"),
    "access control": (
        "hasRole(bytes32,address)",
        "getRoleAdmin(bytes32)",
        "grantRole(bytes32,address)",
        "revokeRole(bytes32,address)",
        "renounceRole(bytes32,address)",
    ),
    "default admin rules": (
        "defaultAdmin()",
        "pendingDefaultAdmin()",
        "defaultAdminDelay()",
        "pendingDefaultAdminDelay()",
        "beginDefaultAdminTransfer(address)",
        "cancelDefaultAdminTransfer()",
        "acceptDefaultAdminTransfer()",
        "changeDefaultAdminDelay(uint48)",
        "rollbackDefaultAdminDelay()",
        "defaultAdminDelayIncreaseWait()",
    ),
}
# As their standards print them.
PRINTED = {"ERC-20": "36372b07", "ERC-165": "01ffc9a7", "EIP-2612": "9d8ff7da", "ERC-7802": "33331994"}
NOT_SPOKEN = {
    "invalid by ERC-165": bytes.fromhex("ffffffff"),
    "of no function": bytes(4),
    "unknown": bytes.fromhex("12345678"),
    "enumerable access control, which is gone": interface_id(
        "getRoleMember(bytes32,uint256)", "getRoleMemberCount(bytes32)"
    ),
    "ERC-721": bytes.fromhex("80ac58cd"),
}


@pytest.mark.parametrize("name", INTERFACES)
def test_says_that_it_speaks_what_it_serves(local: World, name: str) -> None:
    assert set(INTERFACES[name]) <= coin_abi().functions.keys()
    assert local.coin.supports_interface(interface_id(*INTERFACES[name]))


@pytest.mark.parametrize("name", NOT_SPOKEN)
def test_does_not_say_that_it_speaks_what_it_does_not(local: World, name: str) -> None:
    assert not local.coin.supports_interface(NOT_SPOKEN[name])


@pytest.mark.parametrize("name", PRINTED)
def test_the_identifiers_made_here_are_those_that_the_standards_print(name: str) -> None:
    assert interface_id(*INTERFACES[name]).hex() == PRINTED[name]


def test_does_not_say_that_the_ordinary_implementation_serves_the_holders(local: World) -> None:
    assert not local.coin.supports_interface(lane_id())


def test_says_so_once_an_implementation_does(local: World) -> None:
    close_lane(local)

    assert local.coin.supports_interface(lane_id())


def lane_id() -> bytes:
    """The identifier of all that the proxy serves."""
    return interface_id(*load_artifact("Stablecoin").abi.functions)
