// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Seizing
/// @notice Takes coins from blacklisted accounts, by lawful order; every taking names the order.
interface ISeizing {
    /// @notice Coins of a blacklisted account were moved by order.
    /// @param from The blacklisted account.
    /// @param to Who received them.
    /// @param value How many, in base units.
    /// @param orderRef The order.
    /// @param seizer Who moved them.
    event Seized(address indexed from, address indexed to, uint256 value, bytes32 indexed orderRef, address seizer);

    /// @notice Coins of a blacklisted account were destroyed by order.
    /// @param from The blacklisted account.
    /// @param value How many, in base units.
    /// @param orderRef The order.
    /// @param seizer Who destroyed them.
    event BlacklistedBurned(address indexed from, uint256 value, bytes32 indexed orderRef, address indexed seizer);

    /// @notice Returns the role that seizes.
    /// @return The role's identifier.
    function SEIZER_ROLE() external view returns (bytes32);

    /// @notice Moves `value` from a blacklisted account to `to`.
    /// @dev Emits {Transfer} and {Seized}. Notes: - Works while everything is paused.  - One order may need several takings.
    /// Requirements: - Caller has SEIZER_ROLE.  - `from` is blacklisted and holds `value`.  - `value` is not zero.
    /// - `to` is not blacklisted, is verified where that is asked for, and is neither zero nor the coin.
    /// @param from The blacklisted account.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    /// @param orderRef The order.
    function seize(address from, address to, uint256 value, bytes32 orderRef) external;

    /// @notice Destroys `value` of a blacklisted account.
    /// @dev Emits {Transfer} and {BlacklistedBurned}. Notes: - Works while everything is paused.
    /// Requirements: - Caller has SEIZER_ROLE.  - `from` is blacklisted and holds `value`.  - `value` is not zero.
    /// @param from The blacklisted account.
    /// @param value The amount, in base units.
    /// @param orderRef The order.
    function burnBlacklisted(address from, uint256 value, bytes32 orderRef) external;
}
