"""The coin from Python: build calls, send them, read what stands on the chain, sign what others submit."""

from stablecoin_tools.token.calls import StablecoinCalls
from stablecoin_tools.token.client import Stablecoin
from stablecoin_tools.token.events import Event, decode_events
from stablecoin_tools.token.references import reference, under_reference
from stablecoin_tools.token.settlement import Leg, Trade
from stablecoin_tools.token.signatures import (
    CancelAuthorization,
    Permit,
    ReceiveAuthorization,
    SigningDomain,
    TransferAuthorization,
)
from stablecoin_tools.token.values import Limit, PendingAdmin, ReserveFeed, as_kept

__all__ = [
    "CancelAuthorization",
    "Event",
    "Leg",
    "Limit",
    "PendingAdmin",
    "Permit",
    "ReceiveAuthorization",
    "ReserveFeed",
    "SigningDomain",
    "Stablecoin",
    "StablecoinCalls",
    "Trade",
    "TransferAuthorization",
    "as_kept",
    "decode_events",
    "reference",
    "under_reference",
]
