// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ILedger} from "./ILedger.sol";

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

/// @title What holders touch
/// @notice ERC-20 served by the proxy itself, without loading the implementation: the fast lane.
/// @dev An upgrade can close the lane ({IUpgrading-closeLane}); every function here is then served by the implementation.
interface IStablecoin is IERC20Metadata, ILedger {
    /// @notice A word of the identity is empty, longer than 31 bytes, or the decimals exceed 18.
    /// @param identity What was asked for.
    error InvalidIdentity(Identity identity);

    /// @notice Returns the name of the coin.
    /// @return The name, at most 31 bytes.
    function name() external view override returns (string memory);

    /// @notice Returns the ticker of the coin.
    /// @return The symbol, at most 31 bytes.
    function symbol() external view override returns (string memory);

    /// @notice Returns how many decimals one token has.
    /// @return The decimals: 6 makes 1_000_000 base units one token.
    function decimals() external view override returns (uint8);

    /// @notice Returns the currency that backs the coin.
    /// @return The ISO 4217 code, such as "USD".
    function currency() external view returns (string memory);

    /// @notice Returns how much of the coin exists, frozen balances included.
    /// @return The supply, in base units.
    function totalSupply() external view override returns (uint256);

    /// @notice Returns how much an account holds.
    /// @param account The account asked about.
    /// @return The balance, in base units.
    function balanceOf(address account) external view override returns (uint256);

    /// @notice Returns how much `spender` may still move for `owner`.
    /// @param owner The account whose balance would be moved.
    /// @param spender The account that would move it.
    /// @return The allowance, in base units; the greatest uint256 is never used up.
    function allowance(address owner, address spender) external view override returns (uint256);

    /// @notice Moves `value` from the caller to `to`.
    /// @dev Emits {Transfer}.
    /// Requirements: - Transfers are not paused.  - Neither party is blacklisted.  - `to` is neither zero nor the coin.
    /// - The caller holds `value`.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    /// @return Always true.
    function transfer(address to, uint256 value) external override returns (bool);

    /// @notice Lets `spender` move up to `value` of the caller's balance, in place of what was allowed before.
    /// @dev Emits {Approval}.
    /// Notes: - The blacklist is not asked: an allowance moves nothing, and moving asks it.
    /// Requirements: - Transfers are not paused.  - `spender` is not zero.
    /// @param spender The account that may move the balance.
    /// @param value The amount, in base units; the greatest uint256 is never used up.
    /// @return Always true.
    function approve(address spender, uint256 value) external override returns (bool);

    /// @notice Moves `value` from `from` to `to`, out of what `from` allowed the caller.
    /// @dev Emits {Transfer}.
    /// Notes: - A zero value needs an allowance too, or strangers could write anybody's history (address poisoning).
    /// Requirements: - Transfers are not paused.  - `from`, `to` and the caller are not blacklisted.
    /// - `to` is neither zero nor the coin.  - The allowance covers `value`.  - `from` holds `value`.
    /// @param from The account whose balance moves.
    /// @param to The receiver.
    /// @param value The amount, in base units.
    /// @return Always true.
    function transferFrom(address from, address to, uint256 value) external override returns (bool);
}
