// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Standing
/// @notice What may stand between a holder and a move: the questions that wallets and payment services ask before one.
interface IStanding {
    /// @notice Returns whether `account` is on the blacklist.
    /// @param account The account asked about.
    /// @return Whether it is there.
    function isBlacklisted(address account) external view returns (bool);

    /// @notice Returns whether `account` is verified.
    /// @param account The account asked about.
    /// @return Whether it is.
    function isVerified(address account) external view returns (bool);

    /// @notice Returns which scopes are paused.
    /// @return Bits: 1 transfers and approvals, 2 minting, 4 redemption.
    function pausedScopes() external view returns (uint256);
}
