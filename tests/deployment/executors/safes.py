"""A real Safe, put where every chain has it, and its owners' signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.chain import Call
from stablecoin_tools.deployment.create2 import DEPLOYER
from tests.deployment.executors.ground import Built

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.chain import Receipt
    from stablecoin_tools.deployment.executors import SafeTransaction
    from tests.world import World

_BUILDS = "@safe-global/safe-smart-account/build/artifacts/contracts"
SAFE = Built(f"{_BUILDS}/Safe.sol/Safe.json")
PROXY_FACTORY = Built(f"{_BUILDS}/proxies/SafeProxyFactory.sol/SafeProxyFactory.json")
MULTI_SEND = Built(f"{_BUILDS}/libraries/MultiSendCallOnly.sol/MultiSendCallOnly.json")
# Safe's own deployer: the same code as the CREATE2 deployer's, at an address of its own.
SINGLETON_FACTORY = Address(bytes.fromhex("914d7fec6aac8cd542e72bca78b30650d45643d7"))
# Source: safe-global/safe-deployments, v1.5.0.
SINGLETON_1_5_0 = Address(bytes.fromhex("ff51a5898e281db6dfc7855790607438df2ca44b"))
MULTI_SEND_1_5_0 = Address(bytes.fromhex("a83c336b20401af773b6219ba5027174338d1836"))
OWNERS = ("admin", "minter", "pauser")
THRESHOLD = 2


@dataclass(frozen=True)
class RealSafe:
    """A Safe of three owners, two of whom must sign."""

    world: World
    address: Address

    def hash_on_chain(self, transaction: SafeTransaction) -> bytes:
        fields = (*_fields(transaction), transaction.nonce)
        found: bytes = SAFE.read(self.world.chain, self.address, "getTransactionHash", *fields)
        return found

    def execute(self, transaction: SafeTransaction, *, signed_by: Sequence[str] = OWNERS[:THRESHOLD]) -> Receipt:
        """Has the owners sign it, and sends it by somebody who is none."""
        signers = sorted((self.world.signers[name] for name in signed_by), key=lambda signer: signer.address)
        signatures = b"".join(signer.sign_typed_data(transaction.typed_data()) for signer in signers)
        data = SAFE.abi.encode_call("execTransaction", *_fields(transaction), signatures)
        return self.world.transactions.send(Call(self.address, data), signer=self.world.signers["bob"])


def put_multi_send(world: World) -> None:
    assert _create(world, MULTI_SEND) == MULTI_SEND_1_5_0


def new_safe(world: World) -> RealSafe:
    """Puts a Safe on the chain, by Safe's own contracts."""
    world.chain.ask("anvil_setCode", str(SINGLETON_FACTORY), "0x" + world.chain.code(DEPLOYER).hex())
    factory, singleton = _create(world, PROXY_FACTORY), _create(world, SAFE)
    assert singleton == SINGLETON_1_5_0
    owners = [world.address(name) for name in OWNERS]
    nobody = ZERO_ADDRESS
    setup = SAFE.abi.encode_call("setup", owners, THRESHOLD, nobody, b"", nobody, nobody, 0, nobody)
    call = Call(factory, PROXY_FACTORY.abi.encode_call("createProxyWithNonce", singleton, setup, 0))
    address = Address(world.chain.call(call)[-20:])
    world.transactions.send(call, signer=world.signers["bob"])
    return RealSafe(world, address)


def _create(world: World, built: Built) -> Address:
    call = Call(SINGLETON_FACTORY, bytes(32) + built.bytecode)
    address = Address(world.chain.call(call))
    world.transactions.send(call, signer=world.signers["bob"])
    return address


def _fields(transaction: SafeTransaction) -> tuple[object, ...]:
    what = (transaction.to, transaction.value_wei, transaction.data, transaction.operation)
    return (*what, 0, 0, 0, ZERO_ADDRESS, ZERO_ADDRESS)
