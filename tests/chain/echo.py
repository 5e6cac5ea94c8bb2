"""A contract that reverts with whatever it is called with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from stablecoin_tools.chain import Call

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from tests.world import World

# calldatasize, push0, push0, calldatacopy; calldatasize, push0, revert
_RUNTIME = bytes.fromhex("365f5f37365ffd")
# push7 runtime, push0, mstore; push1 7, push1 25, return
_CREATION = b"\x66" + _RUNTIME + bytes.fromhex("5f5260076019f3")


def deploy_echo(world: World) -> Address:
    """Puts the contract on the chain."""
    receipt = world.send(Call(None, _CREATION), by="bob")
    assert receipt.contract_address is not None
    assert world.chain.code(receipt.contract_address) == _RUNTIME
    return receipt.contract_address


def revert_data(signature: str, *arguments: object) -> bytes:
    """The bytes of a Solidity error, made by other means than the package's: `revert_data("Panic(uint256)", 17)`."""
    types = [kind for kind in signature[signature.index("(") + 1 : -1].split(",") if kind]
    return keccak(text=signature)[:4] + encode(types, arguments)
