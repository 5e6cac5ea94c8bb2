"""From a built call to a mined one: an intent under a reference, done once."""

from stablecoin_tools.transactions.fees import FeePolicy, Fees
from stablecoin_tools.transactions.intent import Candidate, Intent, Stage
from stablecoin_tools.transactions.journal import Journal, MemoryJournal
from stablecoin_tools.transactions.manager import TransactionManager
from stablecoin_tools.transactions.send_state import SendState, Step, WaitPolicy

__all__ = [
    "Candidate",
    "FeePolicy",
    "Fees",
    "Intent",
    "Journal",
    "MemoryJournal",
    "SendState",
    "Stage",
    "Step",
    "TransactionManager",
    "WaitPolicy",
]
