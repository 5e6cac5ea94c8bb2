"""The builders of the tests, and what each must say to the contract, as other people's libraries write it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from eth_utils.crypto import keccak

from stablecoin_tools.addresses import ZERO_ADDRESS, Address
from stablecoin_tools.amounts import Denomination
from stablecoin_tools.chain import Call
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import (
    CancelAuthorization,
    Permit,
    ReceiveAuthorization,
    StablecoinCalls,
    TransferAuthorization,
)

USDX = Denomination("USDX", 6)
COIN, ALICE, BOB = (Address(bytes([n]) * 20) for n in (9, 1, 2))
CALLS = StablecoinCalls(COIN, USDX)
ONE, TWO = USDX.amount(1), USDX.amount(2)
M = 10**6
DELAY = 2**48 - 1
PAUSER = (9).to_bytes(32, "big")
WORD, OTHER_WORD = b"\x01" * 32, b"\x02" * 32
SIGNATURE = b"\x03" * 65
EARLY, LATE = (datetime.fromtimestamp(seconds, UTC) for seconds in (1_000, 2_000_000_000))
PERMIT = Permit(owner=ALICE, spender=BOB, value=ONE, nonce=7, deadline=LATE)
PAYMENT = TransferAuthorization(sender=ALICE, to=BOB, value=ONE, nonce=WORD, valid_after=EARLY, valid_before=LATE)
OTHER_PAYMENT = TransferAuthorization(sender=BOB, to=ALICE, value=TWO, nonce=OTHER_WORD, valid_before=LATE)
COLLECTION = ReceiveAuthorization(sender=ALICE, to=BOB, value=ONE, nonce=WORD, valid_before=LATE)
CANCELLATION = CancelAuthorization(authorizer=ALICE, nonce=WORD)

_TERMS = "address,address,uint256,uint256,uint256,bytes32,bytes"

Built = tuple[Call, str, tuple[Any, ...]]

HOLDING: dict[str, Built] = {
    "transfer": (CALLS.transfer(ALICE, ONE), "transfer(address,uint256)", (ALICE, M)),
    "transfer_from": (
        CALLS.transfer_from(ALICE, BOB, ONE),
        "transferFrom(address,address,uint256)",
        (ALICE, BOB, M),
    ),
    "transfer_with_memo": (
        CALLS.transfer_with_memo(ALICE, ONE, WORD),
        "transferWithMemo(address,uint256,bytes32)",
        (ALICE, M, WORD),
    ),
    "transfer_from_with_memo": (
        CALLS.transfer_from_with_memo(ALICE, BOB, ONE, WORD),
        "transferFromWithMemo(address,address,uint256,bytes32)",
        (ALICE, BOB, M, WORD),
    ),
    "transfer_batch": (
        CALLS.transfer_batch([(ALICE, ONE), (str(BOB), TWO)]),
        "transferBatch(address[],uint256[])",
        ((ALICE, BOB), (M, 2 * M)),
    ),
    "approve": (CALLS.approve(ALICE, ONE), "approve(address,uint256)", (ALICE, M)),
    "increase_allowance": (
        CALLS.increase_allowance(ALICE, ONE),
        "increaseAllowance(address,uint256)",
        (ALICE, M),
    ),
    "decrease_allowance": (
        CALLS.decrease_allowance(ALICE, ONE),
        "decreaseAllowance(address,uint256)",
        (ALICE, M),
    ),
    "permit": (
        CALLS.permit(PERMIT, SIGNATURE),
        "permit(address,address,uint256,uint256,bytes)",
        (ALICE, BOB, M, 2_000_000_000, SIGNATURE),
    ),
    "transfer_with_authorization": (
        CALLS.transfer_with_authorization(PAYMENT, SIGNATURE),
        f"transferWithAuthorization({_TERMS})",
        (ALICE, BOB, M, 1_000, 2_000_000_000, WORD, SIGNATURE),
    ),
    "receive_with_authorization": (
        CALLS.receive_with_authorization(COLLECTION, SIGNATURE),
        f"receiveWithAuthorization({_TERMS})",
        (ALICE, BOB, M, 0, 2_000_000_000, WORD, SIGNATURE),
    ),
    "transfer_with_authorization_batch": (
        CALLS.transfer_with_authorization_batch([(PAYMENT, SIGNATURE), (OTHER_PAYMENT, b"\x04")], skips_refused=True),
        f"transferWithAuthorizationBatch(({_TERMS})[],bool)",
        (
            (
                (ALICE, BOB, M, 1_000, 2_000_000_000, WORD, SIGNATURE),
                (BOB, ALICE, 2 * M, 0, 2_000_000_000, OTHER_WORD, b"\x04"),
            ),
            True,
        ),
    ),
    "cancel_authorization": (
        CALLS.cancel_authorization(CANCELLATION, SIGNATURE),
        "cancelAuthorization(address,bytes32,bytes)",
        (ALICE, WORD, SIGNATURE),
    ),
}
ISSUING: dict[str, Built] = {
    "mint": (CALLS.mint(ALICE, ONE), "mint(address,uint256)", (ALICE, M)),
    "mint under a reference": (
        CALLS.mint(ALICE, ONE, WORD),
        "mint(address,uint256,bytes32)",
        (ALICE, M, WORD),
    ),
    "mint_batch": (
        CALLS.mint_batch([(ALICE, ONE, WORD), (BOB, TWO, OTHER_WORD)]),
        "mintBatch(address[],uint256[],bytes32[])",
        ((ALICE, BOB), (M, 2 * M), (WORD, OTHER_WORD)),
    ),
    "burn": (CALLS.burn(ONE), "burn(uint256)", (M,)),
    "burn under a reference": (CALLS.burn(ONE, WORD), "burn(uint256,bytes32)", (M, WORD)),
    "redeem": (CALLS.redeem(ONE, WORD), "redeem(uint256,bytes32)", (M, WORD)),
    "configure_minter": (CALLS.configure_minter(ALICE, ONE), "configureMinter(address,uint256)", (ALICE, M)),
    "configure_minter with refill": (
        CALLS.configure_minter(ALICE, TWO, ONE),
        "configureMinter(address,uint256,uint256)",
        (ALICE, 2 * M, M),
    ),
    "remove_minter": (CALLS.remove_minter(ALICE), "removeMinter(address)", (ALICE,)),
    "configure_bridge": (
        CALLS.configure_bridge(ALICE, ONE),
        "configureBridge(address,uint256,uint256)",
        (ALICE, M, 0),
    ),
    "configure_bridge with refill": (
        CALLS.configure_bridge(ALICE, TWO, ONE),
        "configureBridge(address,uint256,uint256)",
        (ALICE, 2 * M, M),
    ),
    "remove_bridge": (CALLS.remove_bridge(ALICE), "removeBridge(address)", (ALICE,)),
    "crosschain_mint": (CALLS.crosschain_mint(ALICE, ONE), "crosschainMint(address,uint256)", (ALICE, M)),
    "crosschain_burn": (CALLS.crosschain_burn(ALICE, ONE), "crosschainBurn(address,uint256)", (ALICE, M)),
    "set_supply_cap": (CALLS.set_supply_cap(ONE), "setSupplyCap(uint256)", (M,)),
    "set_global_limit": (CALLS.set_global_limit(TWO, ONE), "setGlobalLimit(uint256,uint256)", (2 * M, M)),
    "set_reserve_feed": (
        CALLS.set_reserve_feed(ALICE, 60),
        "setReserveFeed(address,uint48)",
        (ALICE, 60),
    ),
    "set_reserve_feed to none": (
        CALLS.set_reserve_feed(None),
        "setReserveFeed(address,uint48)",
        (ZERO_ADDRESS, 0),
    ),
}
POWERS: dict[str, Built] = {
    "blacklist": (CALLS.blacklist(ALICE), "blacklist(address)", (ALICE,)),
    "blacklist_batch": (CALLS.blacklist_batch([ALICE, str(BOB)]), "blacklistBatch(address[])", ((ALICE, BOB),)),
    "un_blacklist": (CALLS.un_blacklist(ALICE), "unBlacklist(address)", (ALICE,)),
    "seize": (
        CALLS.seize(ALICE, BOB, ONE, WORD),
        "seize(address,address,uint256,bytes32)",
        (ALICE, BOB, M, WORD),
    ),
    "burn_blacklisted": (
        CALLS.burn_blacklisted(ALICE, ONE, WORD),
        "burnBlacklisted(address,uint256,bytes32)",
        (ALICE, M, WORD),
    ),
    "verify": (CALLS.verify(ALICE), "verify(address)", (ALICE,)),
    "un_verify": (CALLS.un_verify(ALICE), "unVerify(address)", (ALICE,)),
    "set_allowlist_only": (CALLS.set_allowlist_only(is_on=True), "setAllowlistOnly(bool)", (True,)),
    "pause": (CALLS.pause(), "pause()", ()),
    "pause some": (CALLS.pause(PauseScope.MINTING | PauseScope.REDEMPTION), "pause(uint256)", (6,)),
    "unpause": (CALLS.unpause(), "unpause()", ()),
    "unpause some": (CALLS.unpause(PauseScope.TRANSFERS), "unpause(uint256)", (1,)),
    "rescue_erc20": (
        CALLS.rescue_erc20(ALICE, BOB, 5),
        "rescueERC20(address,address,uint256)",
        (ALICE, BOB, 5),
    ),
    "rescue_eth": (CALLS.rescue_eth(ALICE, 5), "rescueETH(address,uint256)", (ALICE, 5)),
    "set_contract_uri": (
        CALLS.set_contract_uri("https://example.org/usdx.json"),
        "setContractURI(string)",
        ("https://example.org/usdx.json",),
    ),
    "upgrade_to_and_call": (CALLS.upgrade_to_and_call(ALICE), "upgradeToAndCall(address,bytes)", (ALICE, b"")),
    "upgrade_to_and_call with a call": (
        CALLS.upgrade_to_and_call(ALICE, CALLS.close_lane()),
        "upgradeToAndCall(address,bytes)",
        (ALICE, keccak(text="closeLane()")[:4]),
    ),
    "close_lane": (CALLS.close_lane(), "closeLane()", ()),
    "open_lane": (CALLS.open_lane(), "openLane()", ()),
}
ROLES: dict[str, Built] = {
    "grant_role": (CALLS.grant_role(Role.PAUSER_ROLE, ALICE), "grantRole(bytes32,address)", (PAUSER, ALICE)),
    "revoke_role": (CALLS.revoke_role(Role.PAUSER_ROLE, ALICE), "revokeRole(bytes32,address)", (PAUSER, ALICE)),
    "renounce_role": (
        CALLS.renounce_role(Role.PAUSER_ROLE, ALICE),
        "renounceRole(bytes32,address)",
        (PAUSER, ALICE),
    ),
    "begin_default_admin_transfer": (
        CALLS.begin_default_admin_transfer(ALICE),
        "beginDefaultAdminTransfer(address)",
        (ALICE,),
    ),
    "cancel_default_admin_transfer": (CALLS.cancel_default_admin_transfer(), "cancelDefaultAdminTransfer()", ()),
    "accept_default_admin_transfer": (CALLS.accept_default_admin_transfer(), "acceptDefaultAdminTransfer()", ()),
    "change_default_admin_delay": (
        CALLS.change_default_admin_delay(DELAY),
        "changeDefaultAdminDelay(uint48)",
        (DELAY,),
    ),
    "rollback_default_admin_delay": (CALLS.rollback_default_admin_delay(), "rollbackDefaultAdminDelay()", ()),
}
BUILT: dict[str, Built] = {**HOLDING, **ISSUING, **POWERS, **ROLES}
"""By the builder's name, and after it, where there are several, what is special."""
