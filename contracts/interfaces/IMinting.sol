// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Minting
/// @notice Minters create coins within an allowance that somebody else sets.
interface IMinting {
    /// @notice A minter was given its allowance.
    /// @param minter The account that may mint.
    /// @param allowance What it may mint from now on, in base units.
    /// @param minterAdmin Who set it.
    event MinterConfigured(address indexed minter, uint256 allowance, address indexed minterAdmin);

    /// @notice An account stopped being a minter, whichever way it lost the role; its allowance is gone.
    /// @param minter The account that may mint no more.
    /// @param remover Who took the role away.
    event MinterRemoved(address indexed minter, address indexed remover);

    /// @notice Coins were created.
    /// @param minter Who created them.
    /// @param to Who received them.
    /// @param value How many, in base units.
    event Minted(address indexed minter, address indexed to, uint256 value);

    /// @notice The minter has less allowance than the mint needs.
    /// @param minter Who tried to mint.
    /// @param available What it may still mint, in base units.
    /// @param needed What it tried to mint, in base units.
    error MintAllowanceExceeded(address minter, uint256 available, uint256 needed);

    /// @notice The allowance is not one the coin could ever honour: it exceeds the greatest supply.
    /// @param allowance What was asked for, in base units.
    error InvalidMintAllowance(uint256 allowance);

    /// @notice The amount to mint or burn is zero.
    error ZeroValue();

    /// @notice Returns the role that may mint.
    /// @return The role's identifier.
    function MINTER_ROLE() external view returns (bytes32);

    /// @notice Returns the role that sets and removes minters.
    /// @return The role's identifier.
    function MINTER_ADMIN_ROLE() external view returns (bytes32);

    /// @notice Makes `minter` a minter that may mint `allowance`, in place of what it might before.
    /// @dev Emits {MinterConfigured}. Notes: - There is no unlimited allowance.
    /// Requirements: - Caller has MINTER_ADMIN_ROLE.  - `allowance` is at most the greatest supply.
    /// @param minter The account that may mint.
    /// @param allowance What it may mint, in base units.
    /// @return Always true.
    function configureMinter(address minter, uint256 allowance) external returns (bool);

    /// @notice Takes the role and the allowance from `minter`; does nothing if it is none.
    /// @dev Emits {MinterRemoved}. Requirements: - Caller has MINTER_ADMIN_ROLE.
    /// @param minter The account that may mint no more.
    /// @return Always true.
    function removeMinter(address minter) external returns (bool);

    /// @notice Creates `value` for `to`, spending the caller's allowance.
    /// @dev Emits {Transfer} and {Minted}.
    /// Notes: - Approve and blacklist still work while minting is paused.
    /// Requirements: - Caller has MINTER_ROLE.  - Minting is not paused.  - Neither caller nor `to` is blacklisted.
    /// - `to` is neither zero nor the coin.  - `value` is not zero.  - The allowance covers `value`.
    /// @param to The receiver.
    /// @param value The amount, in base units (6 decimals: 1_000_000 is 1 token).
    /// @return Always true.
    function mint(address to, uint256 value) external returns (bool);

    /// @notice Returns what `minter` may still mint.
    /// @param minter The account asked about.
    /// @return The allowance, in base units.
    function minterAllowance(address minter) external view returns (uint256);

    /// @notice Returns whether `account` may mint, were its allowance great enough.
    /// @param account The account asked about.
    /// @return Whether it has MINTER_ROLE.
    function isMinter(address account) external view returns (bool);
}
