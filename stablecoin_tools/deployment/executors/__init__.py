"""One plan, any executor: the same steps through a Safe, a timelock, or a machine that is never connected."""

from stablecoin_tools.deployment.executors.safe import (
    Safe,
    SafeBatch,
    SafeTransaction,
    batch_for_safe,
    batch_of_calls,
    read_safe,
)
from stablecoin_tools.deployment.executors.timelock import (
    TimelockOperation,
    TimelockStage,
    TimelockState,
    advance_timelock,
    timelock_operation,
    timelock_state,
)

__all__ = [
    "Safe",
    "SafeBatch",
    "SafeTransaction",
    "TimelockOperation",
    "TimelockStage",
    "TimelockState",
    "advance_timelock",
    "batch_for_safe",
    "batch_of_calls",
    "read_safe",
    "timelock_operation",
    "timelock_state",
]
