"""What makes and unmakes coins, and the limits of those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stablecoin_tools.addresses import ZERO_ADDRESS
from stablecoin_tools.token.arguments import account, word
from stablecoin_tools.token.calls.base import CallBuilder, batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stablecoin_tools.addresses import Address
    from stablecoin_tools.amounts import Amount
    from stablecoin_tools.chain import Call

__all__ = ["IssuingCalls"]


class IssuingCalls(CallBuilder):
    """Minting, burning, redeeming, bridging, and their limits.

    A `ref` is 32 bytes, and what is done under it is done once; `reference` makes one of text.
    """

    def mint(self, to: Address | str, value: Amount, ref: bytes | None = None) -> Call:
        """Creates `value` for `to`, once for `ref` if one is given. The signer needs MINTER_ROLE and the allowance."""
        receiver = account(to)
        words = f"mint {value} to {receiver}"
        if ref is None:
            return self._call(words, "mint(address,uint256)", receiver, self._units(value))
        under = word(ref, "reference")
        words += _under(under)
        return self._call(words, "mint(address,uint256,bytes32)", receiver, self._units(value), under)

    def mint_batch(self, mints: Sequence[tuple[Address | str, Amount, bytes]]) -> Call:
        """Creates coins for many, each (receiver, amount, ref); all or nothing. The signer needs as for `mint`."""
        checked = ((account(to), self._units(value), word(ref, "reference")) for to, value, ref in batch(mints))
        receivers, values, refs = zip(*checked, strict=True)
        words = f"mint {self._total(values)} to {len(receivers)} accounts"
        return self._call(words, "mintBatch", receivers, values, refs)

    def burn(self, value: Amount, ref: bytes | None = None) -> Call:
        """Destroys `value` of the signer's own, once for `ref` if one is given. The signer needs BURNER_ROLE."""
        if ref is None:
            return self._call(f"burn {value}", "burn(uint256)", self._units(value))
        under = word(ref, "reference")
        return self._call(f"burn {value}{_under(under)}", "burn(uint256,bytes32)", self._units(value), under)

    def redeem(self, value: Amount, ref: bytes) -> Call:
        """Gives `value` of the signer's own back to the issuer, against money, once for `ref`. Any holder may."""
        under = word(ref, "reference")
        return self._call(f"redeem {value}{_under(under)}", "redeem", self._units(value), under)

    def configure_minter(
        self, minter: Address | str, capacity: Amount, refill_per_second: Amount | None = None
    ) -> Call:
        """Lets `minter` mint `capacity`, in place of what it might before. The signer needs MINTER_ADMIN_ROLE.

        Without a refill it is used up for good; with one, that much comes back each second.
        """
        party = account(minter)
        words = f"let {party} mint {capacity}"
        if refill_per_second is None:
            return self._call(words, "configureMinter(address,uint256)", party, self._units(capacity))
        function = "configureMinter(address,uint256,uint256)"
        words += _refilled(refill_per_second)
        return self._call(words, function, party, self._units(capacity), self._units(refill_per_second))

    def remove_minter(self, minter: Address | str) -> Call:
        """Takes role and allowance from `minter`. The signer needs MINTER_ADMIN_ROLE."""
        party = account(minter)
        return self._call(f"remove minter {party}", "removeMinter", party)

    def configure_bridge(
        self, bridge: Address | str, capacity: Amount, refill_per_second: Amount | None = None
    ) -> Call:
        """Lets `bridge` mint `capacity`, and burn for holders. The signer needs MINTER_ADMIN_ROLE.

        Without a refill it is used up for good; with one, that much comes back each second.
        """
        party = account(bridge)
        refill = 0 if refill_per_second is None else self._units(refill_per_second)
        words = f"let bridge {party} mint {capacity}"
        words += "" if refill_per_second is None else _refilled(refill_per_second)
        return self._call(words, "configureBridge", party, self._units(capacity), refill)

    def remove_bridge(self, bridge: Address | str) -> Call:
        """Takes role and limit from `bridge`. The signer needs MINTER_ADMIN_ROLE."""
        party = account(bridge)
        return self._call(f"remove bridge {party}", "removeBridge", party)

    def crosschain_mint(self, to: Address | str, value: Amount) -> Call:
        """Creates `value` for `to`, burned on another chain. The signer needs BRIDGE_ROLE and the limit."""
        receiver = account(to)
        words = f"mint {value} to {receiver}, burned on another chain"
        return self._call(words, "crosschainMint", receiver, self._units(value))

    def crosschain_burn(self, source: Address | str, value: Amount) -> Call:
        """Destroys `value` of `source`, to be minted on another chain. The signer needs BRIDGE_ROLE."""
        holder = account(source)
        words = f"burn {value} of {holder}, to be minted on another chain"
        return self._call(words, "crosschainBurn", holder, self._units(value))

    def set_supply_cap(self, cap: Amount) -> Call:
        """Sets the greatest supply, to six significant digits. The signer needs DEFAULT_ADMIN_ROLE."""
        return self._call(f"set the supply cap to {cap}", "setSupplyCap", self._units(cap))

    def set_global_limit(self, capacity: Amount, refill_per_second: Amount) -> Call:
        """Sets what all minters and bridges together may create. The signer needs DEFAULT_ADMIN_ROLE.

        Both are kept to six significant digits.
        """
        words = f"let all minters together mint {capacity}{_refilled(refill_per_second)}"
        return self._call(words, "setGlobalLimit", self._units(capacity), self._units(refill_per_second))

    def set_reserve_feed(self, feed: Address | str | None, max_age_seconds: int = 0) -> Call:
        """Sets the feed that attests the reserve; None for none. The signer needs DEFAULT_ADMIN_ROLE."""
        if feed is None:
            return self._call("mint without a reserve feed", "setReserveFeed", ZERO_ADDRESS, max_age_seconds)
        contract = account(feed)
        words = f"mint within the reserve of feed {contract}, {max_age_seconds} s old at most"
        return self._call(words, "setReserveFeed", contract, max_age_seconds)


def _under(ref: bytes) -> str:
    return f" under 0x{ref.hex()}"


def _refilled(refill_per_second: Amount) -> str:
    return f", of which {refill_per_second} come back each second"
