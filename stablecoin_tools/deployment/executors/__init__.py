"""One plan, any executor: the same steps through a Safe, a timelock, or a machine that is never connected."""

from stablecoin_tools.deployment.executors.authority import check_steps
from stablecoin_tools.deployment.executors.offline import prepare_offline, sign_offline
from stablecoin_tools.deployment.executors.offline_files import SignedSteps, UnsignedSteps, read_signed, read_unsigned
from stablecoin_tools.deployment.executors.offline_publishing import publish_offline
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
    check_executed,
    timelock_operation,
    timelock_state,
)

__all__ = [
    "Safe",
    "SafeBatch",
    "SafeTransaction",
    "SignedSteps",
    "TimelockOperation",
    "TimelockStage",
    "TimelockState",
    "UnsignedSteps",
    "advance_timelock",
    "batch_for_safe",
    "batch_of_calls",
    "check_executed",
    "check_steps",
    "prepare_offline",
    "publish_offline",
    "read_safe",
    "read_signed",
    "read_unsigned",
    "sign_offline",
    "timelock_operation",
    "timelock_state",
]
