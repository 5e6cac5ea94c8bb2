"""Words of the tests that forge what stands on a chain, and then verify it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stablecoin_tools.deployment import Verdict, verify_coin
from stablecoin_tools.transactions import TransactionManager
from tests.world import IMPATIENT

if TYPE_CHECKING:
    from stablecoin_tools.addresses import Address
    from stablecoin_tools.chain import Receipt
    from stablecoin_tools.deployment import Check, Deployment, Verification
    from tests.deployment.site import Site

PUSH0, INVALID = 0x5F, 0xFE


def verified(site: Site, deployed: Deployment, **options: Any) -> Verification:
    return verify_coin(site.chain, deployed.address, **({"record": deployed} | options))


def patch(site: Site, address: Address, *places: int, to: int = INVALID) -> tuple[bytes, bytes]:
    """Puts another byte into the code at an address; the code before and after."""
    before = site.chain.code(address)
    code = bytearray(before)
    for place in places:
        assert code[place] != to
        code[place] = to
    put(site, address, bytes(code))
    return before, bytes(code)


def put(site: Site, address: Address, code: bytes) -> None:
    site.chain.ask("anvil_setCode", str(address), "0x" + code.hex())


def store(site: Site, address: Address, slot: int, word: bytes) -> None:
    site.chain.ask("anvil_setStorageAt", str(address), hex(slot), "0x" + word.rjust(32, b"\0").hex())


def do(site: Site, call: Any, *, by: str) -> Receipt:
    manager = TransactionManager(site.chain, waiting=IMPATIENT)
    return manager.send(call, signer=site.signers[by])


def by_what(found: Verification) -> dict[str, Check]:
    return {check.what: check for check in found.checks}


def wrong(found: Verification) -> set[str]:
    return {check.what for check in found.checks if check.verdict is Verdict.WRONG}
