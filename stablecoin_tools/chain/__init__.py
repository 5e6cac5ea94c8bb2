"""The one seam to a chain: nothing above this floor speaks JSON-RPC or runs an EVM."""

from stablecoin_tools.chain.http import HttpChain
from stablecoin_tools.chain.local import LocalChain
from stablecoin_tools.chain.protocol import Chain, SimulatingChain
from stablecoin_tools.chain.refusals import refusal
from stablecoin_tools.chain.transport import HttpTransport, Transport
from stablecoin_tools.chain.values import (
    Authorization,
    Block,
    Call,
    FeeHistory,
    Log,
    MinedTransaction,
    Receipt,
    Rehearsed,
    Survey,
)

__all__ = [
    "Authorization",
    "Block",
    "Call",
    "Chain",
    "FeeHistory",
    "HttpChain",
    "HttpTransport",
    "LocalChain",
    "Log",
    "MinedTransaction",
    "Receipt",
    "Rehearsed",
    "SimulatingChain",
    "Survey",
    "Transport",
    "refusal",
]
