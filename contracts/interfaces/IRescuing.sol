// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Rescuing
/// @notice Sends on what was sent to the coin by mistake: other tokens, and ETH that was forced upon it.
interface IRescuing {
    /// @notice Stray tokens were sent on.
    /// @param token The token.
    /// @param to Who received them.
    /// @param value How many, in the token's base units.
    /// @param rescuer Who sent them on.
    event ERC20Rescued(address indexed token, address indexed to, uint256 value, address indexed rescuer);

    /// @notice Stray ETH was sent on.
    /// @param to Who received it.
    /// @param valueWei How much, in wei.
    /// @param rescuer Who sent it on.
    event ETHRescued(address indexed to, uint256 valueWei, address indexed rescuer);

    /// @notice The receiver did not take the ETH, or the coin has less.
    /// @param to The receiver.
    /// @param valueWei How much it was, in wei.
    error ETHNotTaken(address to, uint256 valueWei);

    /// @notice Returns the role that rescues.
    /// @return The role's identifier.
    function RESCUER_ROLE() external view returns (bytes32);

    /// @notice Sends on tokens that the coin holds.
    /// @dev Emits {ERC20Rescued}. Notes: - The coin never holds itself: transfers to it are refused.
    /// Requirements: - Caller has RESCUER_ROLE.  - The token does not refuse.
    /// @param token The token.
    /// @param to The receiver.
    /// @param value The amount, in the token's base units.
    function rescueERC20(address token, address to, uint256 value) external;

    /// @notice Sends on ETH that the coin holds.
    /// @dev Emits {ETHRescued}. Requirements: - Caller has RESCUER_ROLE.  - The receiver takes it.
    /// @param to The receiver.
    /// @param valueWei The amount, in wei.
    function rescueETH(address payable to, uint256 valueWei) external;
}
