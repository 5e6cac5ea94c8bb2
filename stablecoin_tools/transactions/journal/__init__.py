"""What was to be done, how far it came, and who said so: kept before anything leaves this machine."""

from stablecoin_tools.transactions.journal.changes import Change, Happening
from stablecoin_tools.transactions.journal.holds import Hold, LaneView, Overtaken
from stablecoin_tools.transactions.journal.log import LogEntry, Proof
from stablecoin_tools.transactions.journal.store import Journal

__all__ = ["Change", "Happening", "Hold", "Journal", "LaneView", "LogEntry", "Overtaken", "Proof"]
