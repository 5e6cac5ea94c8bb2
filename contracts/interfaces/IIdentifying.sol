// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev What the coin is called; fixed for life, so that it costs no storage read.
/// @param name The full name, 1 to 31 bytes.
/// @param symbol The ticker, 1 to 31 bytes.
/// @param currency The ISO 4217 code of the backing currency.
/// @param decimals How many decimals one token has: 6 makes 1_000_000 base units one token.
struct Identity {
    string name;
    string symbol;
    string currency;
    uint8 decimals;
}

/// @title Identifying
/// @notice What the coin is called, to people and in signatures: ERC-20 metadata, EIP-712 and ERC-5267.
interface IIdentifying {
    /// @notice A word of the identity is empty, longer than 31 bytes, or the decimals exceed 18.
    /// @param identity What was asked for.
    error InvalidIdentity(Identity identity);

    /// @notice Returns the name of the coin, which is also the name in signatures.
    /// @return The name, at most 31 bytes.
    function name() external view returns (string memory);

    /// @notice Returns the ticker of the coin.
    /// @return The symbol, at most 31 bytes.
    function symbol() external view returns (string memory);

    /// @notice Returns how many decimals one token has.
    /// @return The decimals: 6 makes 1_000_000 base units one token.
    function decimals() external view returns (uint8);

    /// @notice Returns the currency that backs the coin.
    /// @return The ISO 4217 code, such as "USD".
    function currency() external view returns (string memory);

    /// @notice Returns the version in signatures.
    /// @return The version of the EIP-712 domain.
    function version() external view returns (string memory);

    /// @notice Returns the hash of the EIP-712 domain, for this chain.
    /// @return The domain separator.
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    /// @notice Returns the EIP-712 domain in parts, as ERC-5267 wants it.
    /// @return fields Which parts count, as bits: 0x0f, all but the salt.
    /// @return name The name.
    /// @return version The version.
    /// @return chainId The chain.
    /// @return verifyingContract The coin.
    /// @return salt Zero: the domain has none.
    /// @return extensions Empty.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );
}
