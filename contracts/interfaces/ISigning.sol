// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Signing
/// @notice Who signed what: a key of its own (ECDSA, low s), or else a contract by ERC-1271.
interface ISigning {
    /// @notice The signature is not the signer's, not over this, or not canonical.
    /// @param signer Who should have signed.
    error InvalidSignature(address signer);
}
