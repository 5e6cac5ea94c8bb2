// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Burning
/// @notice Burners destroy coins of their own; holders redeem theirs.
interface IBurning {
    /// @notice Coins were destroyed.
    /// @param burner Whose they were, and who destroyed them.
    /// @param value How many, in base units.
    event Burned(address indexed burner, uint256 value);

    /// @notice Coins were destroyed under a reference.
    /// @param ref The reference, used up by this.
    /// @param burner Whose they were, and who destroyed them.
    /// @param value How many, in base units.
    event BurnedWithReference(bytes32 indexed ref, address indexed burner, uint256 value);

    /// @notice A holder gave coins back and is owed money for them.
    /// @param holder Whose they were.
    /// @param value How many, in base units.
    /// @param ref The holder's reference, used up by this: whatever the issuer agreed with it.
    event Redeemed(address indexed holder, uint256 value, bytes32 indexed ref);

    /// @notice Returns the role that may burn.
    /// @return The role's identifier.
    function BURNER_ROLE() external view returns (bytes32);

    /// @notice Destroys `value` of the caller's balance.
    /// @dev Emits {Transfer} and {Burned}.
    /// Notes: - Burning still works while transfers or minting are paused.
    /// Requirements: - Caller has BURNER_ROLE.  - Redemption is not paused.  - The caller is not blacklisted, and is
    /// verified, where that is asked for.  - `value` is not zero.  - The caller holds `value`.
    /// @param value The amount, in base units.
    function burn(uint256 value) external;

    /// @notice Destroys `value` of the caller's balance, once for this reference.
    /// @dev Emits {Transfer} and {BurnedWithReference}.
    /// Requirements: - As the other form.  - The reference is not used up, by minting or burning.
    /// @param value The amount, in base units.
    /// @param ref Any 32 bytes.
    function burn(uint256 value, bytes32 ref) external;

    /// @notice Gives `value` of the caller's balance back to the issuer, against money, once for this reference.
    /// @dev Emits {Transfer} and {Redeemed}. Notes: - Open to every holder, also while transfers are paused.
    /// Requirements: - Redemption is not paused.  - The caller is not blacklisted, and is verified, where that is asked
    /// for.  - `value` is not zero.  - The caller holds `value`.  - The caller did not use the reference before.
    /// @param value The amount, in base units.
    /// @param ref Any 32 bytes.
    function redeem(uint256 value, bytes32 ref) external;
}
