"""From a built call to a final one: an intent under a reference, done once."""

from stablecoin_tools.transactions.fees import FeePolicy, Fees
from stablecoin_tools.transactions.intent import Candidate, Intent, Order, Stage
from stablecoin_tools.transactions.journal import Change, Happening, Journal, LogEntry, Proof
from stablecoin_tools.transactions.manager import TransactionManager, chain_name
from stablecoin_tools.transactions.outcome import Outcome
from stablecoin_tools.transactions.send_state import SendState, Step, WaitPolicy

__all__ = [
    "Candidate",
    "Change",
    "FeePolicy",
    "Fees",
    "Happening",
    "Intent",
    "Journal",
    "LogEntry",
    "Order",
    "Outcome",
    "Proof",
    "SendState",
    "Stage",
    "Step",
    "TransactionManager",
    "WaitPolicy",
    "chain_name",
]
