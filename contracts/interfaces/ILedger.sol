// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @dev Pause scopes, as bits: a call to `pause(scopes)` may name several at once.
uint256 constant TRANSFERS = 1;
uint256 constant MINTING = 2;
uint256 constant REDEMPTION = 4;
uint256 constant ALL_SCOPES = TRANSFERS | MINTING | REDEMPTION;

/// @title The refusals that every change of a balance can meet
/// @notice Both faces of the coin, what holders touch and what the issuer touches, move balances through one function;
/// these are its reasons to refuse. ERC-6093 names the refusals that every ERC-20 knows.
interface ILedger is IERC20Errors {
    /// @notice The account is on the blacklist, so no balance may change with it as sender, receiver or spender.
    /// @param account The party that is blacklisted.
    error AccountBlacklisted(address account);

    /// @notice The operation belongs to a scope that is paused.
    /// @param scope The paused scope: 1 transfers, 2 minting, 4 redemption.
    error ScopePaused(uint256 scope);

    /// @notice The mint would lift the supply above what the coin may ever hold.
    /// @param cap The greatest supply, in base units.
    /// @param needed The supply after the refused mint, in base units.
    error SupplyCapExceeded(uint256 cap, uint256 needed);
}
