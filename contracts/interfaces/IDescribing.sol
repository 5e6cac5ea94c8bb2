// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Describing
/// @notice Where people and wallets read more about the coin (ERC-7572).
interface IDescribing {
    /// @notice The address of the description changed.
    event ContractURIUpdated();

    /// @notice Sets where the description is.
    /// @dev Emits {ContractURIUpdated}. Requirements: - Caller has DEFAULT_ADMIN_ROLE.
    /// @param uri The address of a JSON document.
    function setContractURI(string calldata uri) external;

    /// @notice Returns where the description is.
    /// @return The address of a JSON document; empty if there is none.
    function contractURI() external view returns (string memory);
}
