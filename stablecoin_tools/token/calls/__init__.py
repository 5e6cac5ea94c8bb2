"""Every write of the coin as a built call. Pure: nothing here is sent, and no chain is asked.

Each method bears the contract's name in snake_case; `contracts/interfaces` says what it requires and emits.
"""

from stablecoin_tools.token.calls.holding import HoldingCalls
from stablecoin_tools.token.calls.issuing import IssuingCalls
from stablecoin_tools.token.calls.powers import PowerCalls
from stablecoin_tools.token.calls.roles import RoleCalls

__all__ = ["StablecoinCalls"]


class StablecoinCalls(HoldingCalls, IssuingCalls, PowerCalls, RoleCalls):
    """Builds calls to one coin.

    Accounts are `Address` values or checksummed text; amounts are of this coin's denomination; references, memos and
    nonces are 32 bytes.

    Every method returns a `Call` and raises `UsageError` where an argument is wrong: `InvalidAddress` for a mistyped or
    zero account, `InvalidAmount` for another coin's amount.

    Args:
        coin: The coin's address.
        denomination: What its amounts are counted in.
    """
