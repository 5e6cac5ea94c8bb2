// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Pausing
/// @notice Stops transfers, minting and redemption, together or each alone.
/// @dev Scopes are bits: 1 transfers and approvals, 2 minting, 4 redemption (burning, redeeming, bridging away).
interface IPausing {
    /// @notice Scopes were paused.
    /// @param scopes The scopes that were asked for.
    /// @param pauser Who paused them.
    event Paused(uint256 scopes, address indexed pauser);

    /// @notice Scopes were resumed.
    /// @param scopes The scopes that were asked for.
    /// @param unpauser Who resumed them.
    event Unpaused(uint256 scopes, address indexed unpauser);

    /// @notice The scopes are none, or one of them is unknown.
    /// @param scopes What was asked for.
    error InvalidPauseScopes(uint256 scopes);

    /// @notice Returns the role that pauses.
    /// @return The role's identifier.
    function PAUSER_ROLE() external view returns (bytes32);

    /// @notice Returns the role that resumes.
    /// @return The role's identifier.
    function UNPAUSER_ROLE() external view returns (bytes32);

    /// @notice Pauses everything: transfers, approvals, minting and redemption.
    /// @dev Emits {Paused}. Notes: - Roles, minters and the blacklist can still be changed.
    /// Requirements: - Caller has PAUSER_ROLE.
    function pause() external;

    /// @notice Pauses `scopes`; the others stay as they are.
    /// @dev Emits {Paused}. Requirements: - Caller has PAUSER_ROLE.  - `scopes` is not empty and all known.
    /// @param scopes Bits: 1 transfers and approvals, 2 minting, 4 redemption.
    function pause(uint256 scopes) external;

    /// @notice Resumes everything.
    /// @dev Emits {Unpaused}. Requirements: - Caller has UNPAUSER_ROLE: who stops does not resume.
    function unpause() external;

    /// @notice Resumes `scopes`; the others stay as they are.
    /// @dev Emits {Unpaused}. Requirements: - Caller has UNPAUSER_ROLE.  - `scopes` is not empty and all known.
    /// @param scopes Bits: 1 transfers and approvals, 2 minting, 4 redemption.
    function unpause(uint256 scopes) external;

    /// @notice Returns whether transfers are paused.
    /// @return Whether the scope of transfers is paused.
    function paused() external view returns (bool);
}
