// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Blacklisting
/// @notice A blacklisted account neither sends, receives nor spends; its coins stay in the supply.
interface IBlacklisting {
    /// @notice An account was put on the blacklist.
    /// @param account The account that moves nothing from now on.
    /// @param blacklister Who put it there.
    event Blacklisted(address indexed account, address indexed blacklister);

    /// @notice An account was taken off the blacklist.
    /// @param account The account that is free again.
    /// @param unblacklister Who took it off.
    event UnBlacklisted(address indexed account, address indexed unblacklister);

    /// @notice Returns the role that blacklists.
    /// @return The role's identifier.
    function BLACKLISTER_ROLE() external view returns (bytes32);

    /// @notice Returns the role that takes accounts off the blacklist.
    /// @return The role's identifier.
    function UNBLACKLISTER_ROLE() external view returns (bytes32);

    /// @notice Puts `account` on the blacklist; does nothing if it is there already.
    /// @dev Emits {Blacklisted}. Notes: - Works while everything is paused.
    /// Requirements: - Caller has BLACKLISTER_ROLE.
    /// @param account The account to stop.
    function blacklist(address account) external;

    /// @notice Puts many accounts on the blacklist: one transaction, one signer, no gap to escape through.
    /// @dev Emits {Blacklisted} for each that was not there. Notes: - Works while everything is paused.
    /// Requirements: - Caller has BLACKLISTER_ROLE.
    /// @param accounts The accounts to stop.
    function blacklistBatch(address[] calldata accounts) external;

    /// @notice Takes `account` off the blacklist; does nothing if it is not there.
    /// @dev Emits {UnBlacklisted}. Notes: - Works while everything is paused.
    /// Requirements: - Caller has UNBLACKLISTER_ROLE: who stops does not resume.
    /// @param account The account to set free.
    function unBlacklist(address account) external;
}
