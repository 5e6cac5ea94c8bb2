// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Allowing
/// @notice Lets others spend: ERC-20's approvals, and EIP-2612's by signature.
/// @dev Emits {Approval} for each change, but not for spending. The blacklist is not asked: an allowance
/// moves nothing, and moving asks it.
interface IAllowing {
    /// @notice An allowance was set. Source: ERC-20.
    /// @param owner The account whose balance may be moved.
    /// @param spender The account that may move it.
    /// @param value Up to how much, in base units.
    event Approval(address indexed owner, address indexed spender, uint256 value);

    /// @notice The permit is no longer valid.
    /// @param deadline The last second at which it was, as Unix time.
    error PermitExpired(uint256 deadline);

    /// @notice The allowance would exceed the greatest number there is.
    /// @param spender The account that may move the balance.
    /// @param allowed What it may move now, in base units.
    /// @param increment What was to be added, in base units.
    error AllowanceOverflow(address spender, uint256 allowed, uint256 increment);

    /// @notice Returns how much `spender` may still move for `owner`.
    /// @param owner The account whose balance would be moved.
    /// @param spender The account that would move it.
    /// @return The allowance, in base units; the greatest uint256 is never used up.
    function allowance(address owner, address spender) external view returns (uint256);

    /// @notice Returns how many permits of `owner` were used: the nonce of the next one.
    /// @param owner The account that signs.
    /// @return The nonce.
    function nonces(address owner) external view returns (uint256);

    /// @notice Returns the EIP-712 type of a permit.
    /// @return The type hash.
    function PERMIT_TYPEHASH() external view returns (bytes32);

    /// @notice Lets `spender` move up to `value` of the caller's balance, in place of what was allowed before.
    /// @dev Emits {Approval}. Requirements: - Transfers are not paused.  - `spender` is not zero.
    /// @param spender The account that may move the balance.
    /// @param value The amount, in base units; the greatest uint256 is never used up.
    /// @return Always true.
    function approve(address spender, uint256 value) external returns (bool);

    /// @notice Lets `spender` move `increment` more of the caller's balance.
    /// @dev Emits {Approval}. Requirements: - As {approve}.  - The sum is at most the greatest uint256.
    /// @param spender The account that may move the balance.
    /// @param increment How much more, in base units.
    /// @return Always true.
    function increaseAllowance(address spender, uint256 increment) external returns (bool);

    /// @notice Lets `spender` move `decrement` less of the caller's balance.
    /// @dev Emits {Approval}. Requirements: - As {approve}.  - The allowance is at least `decrement`.
    /// @param spender The account that may move the balance.
    /// @param decrement How much less, in base units.
    /// @return Always true.
    function decreaseAllowance(address spender, uint256 decrement) external returns (bool);

    /// @notice Lets `spender` move up to `value` of `owner`'s balance, by the owner's signature (EIP-2612).
    /// @dev Emits {Approval}. Notes: - Anybody may submit it; whoever meets a used nonce should look at the allowance.
    /// Requirements: - As {approve}.  - The deadline has not passed.  - `owner` signed its next nonce.
    /// @param owner Who signed.
    /// @param spender The account that may move the balance.
    /// @param value The amount, in base units.
    /// @param deadline The last second at which the permit is valid, as Unix time.
    /// @param v The recovery id of the signature: 27 or 28.
    /// @param r The first half of the signature.
    /// @param s The second half of the signature, in the lower half of its range.
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;

    /// @notice The same with the signature as bytes: 65 of a key (r, s, v), or whatever the owner's contract wants.
    /// @dev Emits {Approval}. Requirements: - As the other form.
    /// @param owner Who signed.
    /// @param spender The account that may move the balance.
    /// @param value The amount, in base units.
    /// @param deadline The last second at which the permit is valid, as Unix time.
    /// @param signature The owner's signature.
    function permit(address owner, address spender, uint256 value, uint256 deadline, bytes calldata signature)
        external;
}
