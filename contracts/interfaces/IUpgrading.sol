// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Upgrading
/// @notice Replaces what the issuer touches at any time, and what holders touch by closing the fast lane.
interface IUpgrading {
    /// @notice The fast lane was closed: the implementation serves the holder functions from now on.
    /// @param upgrader Who closed it.
    event LaneClosed(address indexed upgrader);

    /// @notice The fast lane was opened: the proxy serves the holder functions from now on.
    /// @param upgrader Who opened it.
    event LaneOpened(address indexed upgrader);

    /// @notice The lane may not be closed before this implementation: it does not serve the holder functions.
    /// @param implementation The implementation that does not say, by ERC-165, that it serves them.
    error LaneNotServed(address implementation);

    /// @notice Returns the role that upgrades.
    /// @return The role's identifier.
    function UPGRADER_ROLE() external view returns (bytes32);

    /// @notice Sends the holder functions to the implementation, so that an upgrade can replace them.
    /// @dev Emits {LaneClosed}. Best called by the upgrade itself, as the data of `upgradeToAndCall`.
    /// Requirements: - Caller has UPGRADER_ROLE.  - The implementation serves every holder function and says so.
    function closeLane() external;

    /// @notice Serves the holder functions from the proxy again.
    /// @dev Emits {LaneOpened}. Requirements: - Caller has UPGRADER_ROLE.
    function openLane() external;

    /// @notice Returns whether the implementation serves the holder functions.
    /// @return Whether the lane is closed.
    function isLaneClosed() external view returns (bool);
}
