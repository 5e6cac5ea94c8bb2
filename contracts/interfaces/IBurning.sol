// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Burning
/// @notice Burners destroy coins of their own: the last step of every redemption.
interface IBurning {
    /// @notice Coins were destroyed.
    /// @param burner Whose they were, and who destroyed them.
    /// @param value How many, in base units.
    event Burned(address indexed burner, uint256 value);

    /// @notice Returns the role that may burn.
    /// @return The role's identifier.
    function BURNER_ROLE() external view returns (bytes32);

    /// @notice Destroys `value` of the caller's balance.
    /// @dev Emits {Transfer} and {Burned}.
    /// Notes: - Burning still works while transfers or minting are paused.
    /// Requirements: - Caller has BURNER_ROLE.  - Redemption is not paused.  - The caller is not blacklisted.
    /// - `value` is not zero.  - The caller holds `value`.
    /// @param value The amount, in base units.
    function burn(uint256 value) external;
}
