"""Four lives of a coin, in which every event happens: who does what, and what the coin then tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.chain import Call
from stablecoin_tools.roles import PauseScope, Role
from stablecoin_tools.token import CancelAuthorization, events
from tests.contracts.words import Said, create, mock, new_issuer, said
from tests.token.signed import payment_of, signature_of
from tests.world import ADMIN_DELAY_SECONDS

if TYPE_CHECKING:
    from tests.world import World

WORD, OTHER_WORD = b"\x01" * 32, b"\x02" * 32

Step = tuple[str, Call, list[Said]]


def issuing(world: World) -> list[Step]:
    coin, calls, address = world.coin, world.coin.calls, world.address
    alice, minter, minter_admin, admin = (address(who) for who in ("alice", "minter", "minter_admin", "admin"))
    ten, two, one, none = (coin.amount(tokens) for tokens in (10, 2, 1, 0))
    moved = {"sender": ZERO_ADDRESS, "to": alice, "value": two}
    burned = said(events.Transfer, sender=minter, to=ZERO_ADDRESS, value=one)
    configured = {"minter": minter, "minter_admin": minter_admin}
    bridged = {"bridge": minter, "minter_admin": minter_admin}
    roles = {"account": minter, "sender": minter_admin}
    return [
        (
            "minter_admin",
            calls.configure_minter(minter, ten),
            [
                said(events.RoleGranted, role=Role.MINTER_ROLE.identifier, **roles),
                said(events.MinterConfigured, allowance=ten, refill_per_second=none, **configured),
            ],
        ),
        (
            "minter_admin",
            calls.configure_minter(minter, ten, one),
            [said(events.MinterConfigured, allowance=ten, refill_per_second=one, **configured)],
        ),
        (
            "minter",
            calls.mint(alice, two),
            [said(events.Transfer, **moved), said(events.Minted, minter=minter, to=alice, value=two)],
        ),
        (
            "minter",
            calls.mint(minter, two, WORD),
            [
                said(events.Transfer, sender=ZERO_ADDRESS, to=minter, value=two),
                said(events.MintedWithReference, ref=WORD, minter=minter, to=minter, value=two),
            ],
        ),
        (
            "minter",
            calls.mint_batch([(alice, two, OTHER_WORD)]),
            [
                said(events.Transfer, **moved),
                said(events.MintedWithReference, ref=OTHER_WORD, minter=minter, to=alice, value=two),
            ],
        ),
        ("minter", calls.burn(one), [burned, said(events.Burned, burner=minter, value=one)]),
        (
            "minter",
            calls.burn(one, b"\x03" * 32),
            [burned, said(events.BurnedWithReference, ref=b"\x03" * 32, burner=minter, value=one)],
        ),
        (
            "alice",
            calls.redeem(one, WORD),
            [
                said(events.Transfer, sender=alice, to=ZERO_ADDRESS, value=one),
                said(events.Redeemed, holder=alice, value=one, ref=WORD),
            ],
        ),
        (
            "minter_admin",
            calls.remove_minter(minter),
            [
                said(events.RoleRevoked, role=Role.MINTER_ROLE.identifier, **roles),
                said(events.MinterRemoved, minter=minter, remover=minter_admin),
            ],
        ),
        (
            "minter_admin",
            calls.configure_bridge(minter, ten, one),
            [
                said(events.RoleGranted, role=Role.BRIDGE_ROLE.identifier, **roles),
                said(events.BridgeConfigured, capacity=ten, refill_per_second=one, **bridged),
            ],
        ),
        (
            "minter",
            calls.crosschain_mint(alice, two),
            [said(events.Transfer, **moved), said(events.CrosschainMint, to=alice, amount=two, sender=minter)],
        ),
        (
            "minter",
            calls.crosschain_burn(alice, two),
            [
                said(events.Transfer, sender=alice, to=ZERO_ADDRESS, value=two),
                said(events.CrosschainBurn, source=alice, amount=two, sender=minter),
            ],
        ),
        (
            "minter_admin",
            calls.remove_bridge(minter),
            [
                said(events.RoleRevoked, role=Role.BRIDGE_ROLE.identifier, **roles),
                said(events.BridgeRemoved, bridge=minter, remover=minter_admin),
            ],
        ),
        ("admin", calls.set_supply_cap(ten), [said(events.SupplyCapChanged, cap=ten, admin=admin)]),
        (
            "admin",
            calls.set_global_limit(ten, one),
            [said(events.GlobalLimitChanged, capacity=ten, refill_per_second=one, admin=admin)],
        ),
        (
            "admin",
            calls.set_reserve_feed(None),
            [said(events.ReserveFeedChanged, feed=ZERO_ADDRESS, max_age_seconds=0, admin=admin)],
        ),
    ]


def holding(world: World) -> list[Step]:
    world.give("alice", 10)
    coin, calls, alice, bob = world.coin, world.coin.calls, world.address("alice"), world.address("bob")
    one, five = coin.amount(1), coin.amount(5)
    payment, other = payment_of(world), payment_of(world)
    signature = signature_of(world, payment)
    cancellation = CancelAuthorization(authorizer=alice, nonce=other.nonce)
    moved = said(events.Transfer, sender=alice, to=bob, value=one)
    noted = said(events.TransferWithMemo, sender=alice, to=bob, amount=one, memo=WORD)
    used = encode(["address", "bytes32"], [str(alice), payment.nonce])
    reason = keccak(text="AuthorizationUsedOrCanceled(address,bytes32)")[:4] + used
    return [
        ("alice", calls.transfer(bob, one), [moved]),
        ("alice", calls.transfer_with_memo(bob, one, WORD), [moved, noted]),
        ("alice", calls.transfer_batch([(bob, one), (bob, one)]), [moved, moved]),
        ("alice", calls.approve(bob, five), [said(events.Approval, owner=alice, spender=bob, value=five)]),
        ("bob", calls.transfer_from(alice, bob, one), [moved]),
        ("bob", calls.transfer_from_with_memo(alice, bob, one, WORD), [moved, noted]),
        (
            "bob",
            calls.transfer_with_authorization(payment, signature),
            [
                said(events.AuthorizationUsed, authorizer=alice, nonce=payment.nonce),
                said(events.Transfer, sender=alice, to=bob, value=payment.value),
            ],
        ),
        (
            "bob",
            calls.transfer_with_authorization_batch([(payment, signature)], skips_refused=True),
            [said(events.AuthorizationSkipped, authorizer=alice, nonce=payment.nonce, reason=reason)],
        ),
        (
            "bob",
            calls.cancel_authorization(cancellation, signature_of(world, cancellation)),
            [said(events.AuthorizationCanceled, authorizer=alice, nonce=other.nonce)],
        ),
    ]


def powers(world: World) -> list[Step]:
    world.give("bob", 3)
    coin, calls, address = world.coin, world.coin.calls, world.address
    alice, bob, admin, seizer = (address(who) for who in ("alice", "bob", "admin", "unblacklister"))
    verifier, rescuer, one, two = address("unpauser"), address("upgrader"), coin.amount(1), coin.amount(2)
    stray = create(world, mock("StrayToken"), coin.address, 9, False)  # noqa: FBT003  # whether it refuses
    # A contract that destroys itself as it is created leaves its ETH to the coin, which takes none otherwise.
    world.send(Call(None, b"\x73" + coin.address + b"\xff", value_wei=7), by="alice")
    implementation = new_issuer(world)
    listed = said(events.Blacklisted, account=bob, blacklister=address("blacklister"))
    verified = said(events.Verified, account=alice, verifier=verifier)
    return [
        ("blacklister", calls.blacklist(bob), [listed]),
        (
            "unblacklister",
            calls.seize(bob, alice, one, WORD),
            [
                said(events.Transfer, sender=bob, to=alice, value=one),
                said(events.Seized, sender=bob, to=alice, value=one, order_ref=WORD, seizer=seizer),
            ],
        ),
        (
            "unblacklister",
            calls.burn_blacklisted(bob, two, WORD),
            [
                said(events.Transfer, sender=bob, to=ZERO_ADDRESS, value=two),
                said(events.BlacklistedBurned, sender=bob, value=two, order_ref=WORD, seizer=seizer),
            ],
        ),
        (
            "unblacklister",
            calls.un_blacklist(bob),
            [said(events.UnBlacklisted, account=bob, unblacklister=seizer)],
        ),
        ("blacklister", calls.blacklist_batch([bob]), [listed]),
        ("unpauser", calls.verify(alice), [verified]),
        ("unpauser", calls.un_verify(alice), [said(events.UnVerified, account=alice, verifier=verifier)]),
        ("unpauser", calls.verify(alice), [verified]),
        ("admin", calls.set_allowlist_only(is_on=True), [said(events.AllowlistOnlyChanged, is_on=True, admin=admin)]),
        ("pauser", calls.pause(PauseScope.MINTING), [said(events.Paused, scopes=2, pauser=address("pauser"))]),
        ("unpauser", calls.unpause(), [said(events.Unpaused, scopes=7, unpauser=verifier)]),
        (
            "upgrader",
            calls.rescue_erc20(stray, alice, 9),
            [said(events.ERC20Rescued, token=stray, to=alice, value=9, rescuer=rescuer)],
        ),
        (
            "upgrader",
            calls.rescue_eth(alice, 7),
            [said(events.ETHRescued, to=alice, value_wei=7, rescuer=rescuer)],
        ),
        ("admin", calls.set_contract_uri("https://example.org"), [said(events.ContractURIUpdated)]),
        (
            "upgrader",
            calls.upgrade_to_and_call(implementation),
            [said(events.Upgraded, implementation=implementation)],
        ),
        ("upgrader", calls.open_lane(), [said(events.LaneOpened, upgrader=rescuer)]),
        (
            "upgrader",
            calls.upgrade_to_and_call(serving := create(world, mock("LaneServingIssuer")), calls.close_lane()),
            [said(events.Upgraded, implementation=serving), said(events.LaneClosed, upgrader=rescuer)],
        ),
    ]


def governing(world: World) -> list[Step]:
    calls, alice, admin = world.coin.calls, world.address("alice"), world.address("admin")
    pauser = {"role": Role.PAUSER_ROLE.identifier, "account": alice}
    return [
        ("admin", calls.grant_role(Role.PAUSER_ROLE, alice), [said(events.RoleGranted, sender=admin, **pauser)]),
        ("admin", calls.revoke_role(Role.PAUSER_ROLE, alice), [said(events.RoleRevoked, sender=admin, **pauser)]),
        (
            "admin",
            calls.begin_default_admin_transfer(alice),
            [said(events.DefaultAdminTransferScheduled, new_admin=alice, accept_schedule=ADMIN_DELAY_SECONDS)],
        ),
        ("admin", calls.cancel_default_admin_transfer(), [said(events.DefaultAdminTransferCanceled)]),
        (
            "admin",
            calls.change_default_admin_delay(2 * ADMIN_DELAY_SECONDS),
            [
                said(
                    events.DefaultAdminDelayChangeScheduled,
                    new_delay=2 * ADMIN_DELAY_SECONDS,
                    effect_schedule=2 * ADMIN_DELAY_SECONDS,
                )
            ],
        ),
        ("admin", calls.rollback_default_admin_delay(), [said(events.DefaultAdminDelayChangeCanceled)]),
    ]


LIVES = [issuing, holding, powers, governing]
