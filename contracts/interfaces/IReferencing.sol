// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Referencing
/// @notice What is done under a reference is done once, even if every record off the chain is lost.
/// @dev The issuer's references, for minting and burning, are one set; each holder's, for redeeming, are another.
interface IReferencing {
    /// @notice The reference was used before: what it stands for has been done.
    /// @param ref The reference.
    error ReferenceUsed(bytes32 ref);

    /// @notice Returns whether the issuer minted or burned under a reference.
    /// @param ref The reference.
    /// @return Whether it is used up.
    function isReferenceUsed(bytes32 ref) external view returns (bool);

    /// @notice Returns whether a holder redeemed under a reference.
    /// @param holder Who redeemed.
    /// @param ref The reference.
    /// @return Whether it is used up.
    function isReferenceUsed(address holder, bytes32 ref) external view returns (bool);
}
