"""One long day in the life of a coin, step by step: every function that writes, done and refused

Amounts are in base units. A step is refused or done by the rules alone; nobody here knows on which chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.roles import Role
from tests.contracts.signing import BYTES, FOREVER, PARTS, parts_of, payment, permission, signed
from tests.contracts.words import UNLIMITED, call_of, reference
from tests.world import ADMIN_DELAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stablecoin_tools.chain import Call
    from tests.world import World

TOKEN = 1_000_000
ON, OFF = True, False


@dataclass(frozen=True)
class Step:
    """What one person tries: the coin refuses it with the error of this name, or does it."""

    name: str
    by: str
    call: Callable[[World, dict[str, Any]], Call]
    refused: str = ""
    seconds_before: int = 0


@dataclass
class Scenario:
    """Steps in order. Arguments name people, and contracts made for the scenario, by text."""

    steps: list[Step] = field(default_factory=list)

    def add(self, name: str, by: str, function: str, *arguments: Any, refused: str = "", after: int = 0) -> None:
        def call(world: World, contracts: dict[str, Any]) -> Call:
            return call_of(world, function, *(_meant(world, contracts, argument) for argument in arguments))

        self.steps.append(Step(name, by, call, refused, after))

    def pay(
        self,
        name: str,
        by: str,
        way: str,
        *,
        form: str,
        nonce: int,
        signer: str = "alice",
        refused: str = "",
        **terms: Any,
    ) -> None:
        """A signed payment."""

        def call(world: World, contracts: dict[str, Any]) -> Call:
            message = _payment(world, contracts, nonce, terms)
            kind = {"transfer": "TransferWithAuthorization", "receive": "ReceiveWithAuthorization"}[way]
            function = f"{way}WithAuthorization(address,address,uint256,uint256,uint256,bytes32,{form})"
            return call_of(world, function, *message.values(), *_in_form(signed(world, kind, message, by=signer), form))

        self.steps.append(Step(name, by, call, refused))

    def pay_many(self, name: str, by: str, payments: list[dict[str, Any]], *, skips: bool, refused: str = "") -> None:
        """A batch of signed payments."""

        def call(world: World, contracts: dict[str, Any]) -> Call:
            items = []
            for given in payments:
                terms = {key: value for key, value in given.items() if key not in ("nonce", "signer")}
                message = _payment(world, contracts, given["nonce"], terms)
                signature = signed(world, "TransferWithAuthorization", message, by=given.get("signer", "alice"))
                items.append((*message.values(), signature))
            return call_of(world, "transferWithAuthorizationBatch", items, skips)

        self.steps.append(Step(name, by, call, refused))

    def cancel(self, name: str, *, form: str, nonce: int, signer: str = "alice", refused: str = "") -> None:
        def call(world: World, _contracts: dict[str, Any]) -> Call:
            message = {"authorizer": world.address("alice"), "nonce": reference(nonce)}
            signature = signed(world, "CancelAuthorization", message, by=signer)
            function = f"cancelAuthorization(address,bytes32,{form})"
            return call_of(world, function, *message.values(), *_in_form(signature, form))

        self.steps.append(Step(name, "bob", call, refused))

    def permit(
        self, name: str, *, form: str, nonce: int, deadline: int = FOREVER, signer: str = "alice", refused: str = ""
    ) -> None:
        def call(world: World, _contracts: dict[str, Any]) -> Call:
            message = permission(world, nonce=nonce, deadline=deadline)
            signature = signed(world, "Permit", message, by=signer)
            arguments = (message[key] for key in ("owner", "spender", "value", "deadline"))
            function = f"permit(address,address,uint256,uint256,{form})"
            return call_of(world, function, *arguments, *_in_form(signature, form))

        self.steps.append(Step(name, "bob", call, refused))


def the_day() -> list[Step]:
    day = Scenario()
    for part in (_limits, _creation, _moves, _signatures, _batches, _stops, _seizures, _bridges, _destruction, _house):
        part(day)
    return day.steps


def _limits(day: Scenario) -> None:
    add = day.add
    add("the admin caps the supply", "admin", "setSupplyCap", 1_234_567_891_234)
    add("nobody else does", "alice", "setSupplyCap", 1, refused="AccessControlUnauthorizedAccount")
    add("nor beyond all bounds", "admin", "setSupplyCap", 2**112, refused="AmountTooGreat")
    add("the admin limits all minters together", "admin", "setGlobalLimit", 500_000 * TOKEN, 10 * TOKEN)
    add("nor so fast that it cannot be kept", "admin", "setGlobalLimit", TOKEN, 2**112, refused="InvalidLimit")
    add("a limit must refill", "admin", "setGlobalLimit", TOKEN, 0, refused="InvalidLimit")
    add("a minter has an allowance", "minter_admin", "configureMinter(address,uint256)", "minter", 400_000 * TOKEN)
    add("another has a limit that refills", "minter_admin", "configureMinter(address,uint256,uint256)", "bob", TOKEN, 7)
    add("minters are not their own", "minter", "configureMinter(address,uint256)", "minter", 1,
        refused="AccessControlUnauthorizedAccount")  # fmt: skip


def _creation(day: Scenario) -> None:
    add, mint, mint_under = day.add, "mint(address,uint256)", "mint(address,uint256,bytes32)"
    add("the minter mints for alice", "minter", mint, "alice", 1_000 * TOKEN)
    add("the refilling minter mints", "bob", mint, "bob", TOKEN)
    add("a stranger mints nothing", "alice", mint, "alice", 1, refused="AccessControlUnauthorizedAccount")
    add("nothing is no mint", "minter", mint, "alice", 0, refused="ZeroValue")
    add("the coin holds none of itself", "minter", mint, "coin", 1, refused="ERC20InvalidReceiver")
    add("bob's limit refills", "bob", mint, "bob", 7, after=1)
    add("a minter stays in its allowance", "minter", mint, "alice", 400_000 * TOKEN, refused="MintAllowanceExceeded")
    add("a mint has a reference", "minter", mint_under, "minter", 100 * TOKEN, reference(1))
    add("and never the same twice", "minter", mint_under, "minter", 1, reference(1), refused="ReferenceUsed")
    add("a batch is minted", "minter", "mintBatch", ["alice", "bob"], [5, 6], [reference(2), reference(3)])
    add("lists must fit", "minter", "mintBatch", ["alice"], [5, 6], [reference(4)], refused="LengthsDiffer")
    add("a lower cap", "admin", "setSupplyCap", 1_200 * TOKEN)
    add("is not exceeded", "minter", mint, "alice", 100 * TOKEN, refused="SupplyCapExceeded")
    add("a higher cap", "admin", "setSupplyCap", 10_000_000 * TOKEN)
    add("a lower limit for all", "admin", "setGlobalLimit", 5, 1)
    add("is not exceeded either", "minter", mint, "alice", 6, refused="GlobalLimitExceeded")
    add("a higher limit for all", "admin", "setGlobalLimit", 500_000 * TOKEN, 10 * TOKEN)


def _moves(day: Scenario) -> None:
    add = day.add
    add("alice pays bob", "alice", "transfer", "bob", 10 * TOKEN)
    add("alice pays herself", "alice", "transfer", "alice", 1)
    add("alice pays more than she has", "alice", "transfer", "bob", 10**12, refused="ERC20InsufficientBalance")
    add("alice pays nobody", "alice", "transfer", "zero", 1, refused="ERC20InvalidReceiver")
    add("alice pays with a memo", "alice", "transferWithMemo", "bob", TOKEN, reference(77))
    add("alice pays many", "alice", "transferBatch", ["bob", "minter", "bob"], [1, 2, 3])
    add("the many are too many", "alice", "transferBatch", ["bob", "bob"], [UNLIMITED, 1],
        refused="ERC20InsufficientBalance")  # fmt: skip
    add("bob has no allowance", "bob", "transferFrom", "alice", "bob", 0, refused="ERC20InsufficientAllowance")
    add("alice approves bob", "alice", "approve", "bob", 5 * TOKEN)
    add("nobody is no spender", "alice", "approve", "zero", 1, refused="ERC20InvalidSpender")
    add("bob moves alice's coins", "bob", "transferFrom", "alice", "minter", TOKEN)
    add("and with a memo", "bob", "transferFromWithMemo", "alice", "minter", TOKEN, reference(78))
    add("an allowance grows", "alice", "increaseAllowance", "bob", TOKEN)
    add("but not over the edge", "alice", "increaseAllowance", "bob", UNLIMITED, refused="AllowanceOverflow")
    add("an allowance shrinks", "alice", "decreaseAllowance", "bob", TOKEN)
    add("but not below zero", "alice", "decreaseAllowance", "bob", UNLIMITED, refused="ERC20InsufficientAllowance")


def _signatures(day: Scenario) -> None:
    day.permit("alice permits bob", form=PARTS, nonce=0)
    day.permit("and once more", form=BYTES, nonce=1)
    day.permit("a nonce is used once", form=BYTES, nonce=1, refused="InvalidSignature")
    day.permit("a permit expires", form=PARTS, nonce=2, deadline=1, refused="PermitExpired")
    day.pay("alice pays by signature", "minter", "transfer", form=PARTS, nonce=1)
    day.pay("and in the other form", "minter", "transfer", form=BYTES, nonce=2)
    day.pay("once", "minter", "transfer", form=BYTES, nonce=2, refused="AuthorizationUsedOrCanceled")
    day.pay("bob cannot sign for her", "bob", "transfer", form=PARTS, nonce=3, signer="bob", refused="InvalidSignature")
    day.pay("not yet", "bob", "transfer", form=BYTES, nonce=3, validAfter=FOREVER, refused="AuthorizationNotYetValid")
    day.pay("no more", "bob", "transfer", form=BYTES, nonce=3, validBefore=1, refused="AuthorizationExpired")
    day.pay("bob fetches what alice signed", "bob", "receive", form=PARTS, nonce=3)
    day.pay("and in the other form too", "bob", "receive", form=BYTES, nonce=4)
    day.pay("nobody fetches it for him", "minter", "receive", form=BYTES, nonce=5, refused="CallerNotPayee")
    day.cancel("alice takes her word back", form=PARTS, nonce=10)
    day.cancel("and another", form=BYTES, nonce=11)
    day.cancel("only she", form=BYTES, nonce=12, signer="bob", refused="InvalidSignature")


def _batches(day: Scenario) -> None:
    good: list[dict[str, Any]] = [{"nonce": 20}, {"nonce": 21, "to": "minter", "value": 5}]
    day.pay_many("two signed payments at once", "bob", good, skips=False)
    bad: list[dict[str, Any]] = [{"nonce": 22}, {"nonce": 20}]
    day.pay_many("all or none", "bob", bad, skips=False, refused="AuthorizationUsedOrCanceled")
    mixed: list[dict[str, Any]] = [
        {"nonce": 23},
        {"nonce": 20},
        {"nonce": 24, "signer": "bob"},
        {"nonce": 25, "value": 10**15},
    ]
    day.pay_many("or those that can be", "bob", mixed, skips=True)


def _stops(day: Scenario) -> None:
    add = day.add
    add("minting stops", "pauser", "pause(uint256)", 2)
    add("so nobody mints", "minter", "mint(address,uint256)", "alice", 1, refused="ScopePaused")
    add("it goes on", "unpauser", "unpause(uint256)", 2)
    add("all stops", "pauser", "pause()")
    add("so nobody pays", "alice", "transfer", "bob", 1, refused="ScopePaused")
    add("all goes on", "unpauser", "unpause()")
    add("there is no eighth scope", "pauser", "pause(uint256)", 8, refused="InvalidPauseScopes")
    for verified in ("alice", "minter", "bob"):
        add(f"{verified} is verified", "unpauser", "verify", verified)
    add("bob no more", "unpauser", "unVerify", "bob")
    add("only the verified may hold", "admin", "setAllowlistOnly", ON)
    add("so bob gets nothing", "alice", "transfer", "bob", 1, refused="AccountNotVerified")
    add("everybody may again", "admin", "setAllowlistOnly", OFF)
    add("the feed attests enough", "admin", "setReserveFeed", "feed", 2**48 - 1)
    add("but not for this", "minter", "mint(address,uint256)", "alice", 5_000 * TOKEN, refused="ReserveExceeded")
    add("for this it does", "minter", "mint(address,uint256)", "alice", TOKEN)
    add("its word is old", "admin", "setReserveFeed", "feed", 1, refused="ReserveFeedStale")
    add("no feed is asked", "admin", "setReserveFeed", "zero", 0)


def _seizures(day: Scenario) -> None:
    add = day.add
    add("bob is free", "unblacklister", "seize", "bob", "minter", 1, reference(9), refused="AccountNotBlacklisted")
    add("bob is blacklisted", "blacklister", "blacklist", "bob")
    add("he pays nobody", "bob", "transfer", "alice", 1, refused="AccountBlacklisted")
    add("nor moves what alice allows", "bob", "transferFrom", "alice", "minter", 1, refused="AccountBlacklisted")
    add("nor mints", "bob", "mint(address,uint256)", "alice", 1, refused="AccountBlacklisted")
    add("some of his is seized", "unblacklister", "seize", "bob", "minter", TOKEN, reference(9))
    add("some is burned", "unblacklister", "burnBlacklisted", "bob", TOKEN, reference(9))
    add("others go with him", "blacklister", "blacklistBatch", ["bob", "pauser", "unpauser"])
    add("bob is free again", "unblacklister", "unBlacklist", "bob")


def _bridges(day: Scenario) -> None:
    add = day.add
    add("a bridge opens", "minter_admin", "configureBridge", "upgrader", 50 * TOKEN, 3 * TOKEN)
    add("coins cross over to here", "upgrader", "crosschainMint", "alice", 20 * TOKEN)
    add("the bridge has its limit", "upgrader", "crosschainMint", "alice", 10**15, refused="BridgeAllowanceExceeded")
    add("coins cross over to there", "upgrader", "crosschainBurn", "alice", TOKEN)
    add("the bridge closes", "minter_admin", "removeBridge", "upgrader")
    add("nothing crosses", "upgrader", "crosschainBurn", "alice", 1, refused="AccessControlUnauthorizedAccount")


def _destruction(day: Scenario) -> None:
    add = day.add
    add("the minter burns its own", "minter", "burn(uint256)", TOKEN)
    add("and under a reference", "minter", "burn(uint256,bytes32)", TOKEN, reference(5))
    add("which mints used too", "minter", "burn(uint256,bytes32)", TOKEN, reference(1), refused="ReferenceUsed")
    add("alice does not burn", "alice", "burn(uint256)", 1, refused="AccessControlUnauthorizedAccount")
    add("alice redeems", "alice", "redeem", 3 * TOKEN, reference(1))
    add("once under this reference", "alice", "redeem", 1, reference(1), refused="ReferenceUsed")
    add("a minter goes", "minter_admin", "removeMinter", "bob")


def _house(day: Scenario) -> None:
    add, burner = day.add, Role.BURNER_ROLE.identifier
    add("alice may burn", "admin", "grantRole", burner, "alice")
    add("and does", "alice", "burn(uint256)", 1)
    add("and may no more", "admin", "revokeRole", burner, "alice")
    add("the minter wants to burn no more", "minter", "renounceRole", burner, "minter")
    add("nobody speaks for others", "minter", "renounceRole", burner, "alice", refused="AccessControlBadConfirmation")
    add("the coin says where it is described", "admin", "setContractURI", "https://example.com/coin.json")
    add("there is no ETH to rescue", "upgrader", "rescueETH", "alice", 1, refused="ETHNotTaken")
    add("no ETH at all is sent on", "upgrader", "rescueETH", "alice", 0)
    add("nor a coin of its own", "upgrader", "rescueERC20", "coin", "alice", 1, refused="ERC20InsufficientBalance")
    add("nothing is sent on", "upgrader", "rescueERC20", "stray", "alice", 0)
    add("the lane stays open", "upgrader", "closeLane", refused="LaneNotServed")
    add("and is opened again", "upgrader", "openLane")
    add("an upgrade needs code", "upgrader", "upgradeToAndCall", "alice", b"", refused="ERC1967InvalidImplementation")
    add("an upgrade comes", "upgrader", "upgradeToAndCall", "lane serving issuer", b"")
    add("the lane closes", "upgrader", "closeLane")
    add("and opens", "upgrader", "openLane")
    add("the issuer is as before", "upgrader", "upgradeToAndCall", "issuer", b"")
    add("nothing begins twice", "admin", "initialize", "admin", 0, (0, 0, 0), [], refused="InvalidInitialization")
    add("the admin's delay is to change", "admin", "changeDefaultAdminDelay", 7_200)
    add("and is not", "admin", "rollbackDefaultAdminDelay")
    add("alice is to be admin", "admin", "beginDefaultAdminTransfer", "alice")
    add("not at once", "alice", "acceptDefaultAdminTransfer", refused="AccessControlEnforcedDefaultAdminDelay")
    add("and is not to be", "admin", "cancelDefaultAdminTransfer")
    add("alice is to be admin after all", "admin", "beginDefaultAdminTransfer", "alice")
    add("she is, after the delay", "alice", "acceptDefaultAdminTransfer", after=ADMIN_DELAY_SECONDS + 1)
    add("and limits all minters together", "alice", "setGlobalLimit", TOKEN, 1)
    add(
        "which the admin of before does no more", "admin", "setSupplyCap", 1, refused="AccessControlUnauthorizedAccount"
    )
    add("bob was never asked", "bob", "acceptDefaultAdminTransfer", refused="AccessControlInvalidDefaultAdmin")


def _payment(world: World, contracts: dict[str, Any], nonce: int, terms: dict[str, Any]) -> dict[str, Any]:
    meant = {name: _meant(world, contracts, value) for name, value in terms.items()}
    return payment(world, nonce=reference(nonce), **meant)


def _in_form(signature: bytes, form: str) -> tuple[Any, ...]:
    return parts_of(signature) if form == PARTS else (signature,)


def _meant(world: World, contracts: dict[str, Any], argument: Any) -> Any:
    """The address of whoever is named."""
    if isinstance(argument, list):
        return [_meant(world, contracts, item) for item in argument]
    named = {"coin": world.coin.address, "zero": ZERO_ADDRESS, **contracts}
    if not isinstance(argument, str) or argument.startswith("https"):
        return argument
    return named[argument] if argument in named else world.address(argument)
