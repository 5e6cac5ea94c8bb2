// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Verifying
/// @notice Knows which accounts are verified; where the coin is for those only, nobody else sends or receives.
interface IVerifying {
    /// @notice An account was verified.
    /// @param account The account.
    /// @param verifier Who verified it.
    event Verified(address indexed account, address indexed verifier);

    /// @notice An account is verified no more.
    /// @param account The account.
    /// @param verifier Who took it back.
    event UnVerified(address indexed account, address indexed verifier);

    /// @notice The coin was reserved for verified accounts, or opened to all.
    /// @param isOn Whether it is for verified accounts only.
    /// @param admin Who decided.
    event AllowlistOnlyChanged(bool isOn, address indexed admin);

    /// @notice Returns the role that verifies.
    /// @return The role's identifier.
    function VERIFIER_ROLE() external view returns (bytes32);

    /// @notice Marks `account` as verified; does nothing if it is.
    /// @dev Emits {Verified}. Requirements: - Caller has VERIFIER_ROLE.
    /// @param account The account.
    function verify(address account) external;

    /// @notice Takes the mark from `account`; does nothing if it has none.
    /// @dev Emits {UnVerified}. Requirements: - Caller has VERIFIER_ROLE.
    /// @param account The account.
    function unVerify(address account) external;

    /// @notice Reserves the coin for verified accounts, or opens it to all.
    /// @dev Emits {AllowlistOnlyChanged}. Notes: - Senders and receivers must be verified then, also where coins are
    /// minted, burned or redeemed; spenders, minters and bridges need not.  - Seizing takes from anybody blacklisted.
    /// Requirements: - Caller has DEFAULT_ADMIN_ROLE.
    /// @param isOn Whether it is for verified accounts only.
    function setAllowlistOnly(bool isOn) external;

    /// @notice Returns whether the coin is for verified accounts only.
    /// @return Whether it is.
    function isAllowlistOnly() external view returns (bool);
}
