"""The coin from Python: build calls, send them, read what stands on the chain."""

from stablecoin_tools.token.calls import StablecoinCalls
from stablecoin_tools.token.client import PendingAdmin, Stablecoin
from stablecoin_tools.token.events import Event, decode_events

__all__ = ["Event", "PendingAdmin", "Stablecoin", "StablecoinCalls", "decode_events"]
