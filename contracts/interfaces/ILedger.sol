// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @dev Pause scopes, as bits: a call to `pause(scopes)` may name several at once.
uint256 constant TRANSFERS = 1;
uint256 constant MINTING = 2;
uint256 constant REDEMPTION = 4;
uint256 constant ALL_SCOPES = TRANSFERS | MINTING | REDEMPTION;

/// @title What a change of a balance tells, and the refusals it can meet
/// @notice Both faces of the coin, what holders touch and what the issuer touches, move balances through one file;
/// this is what it says. ERC-6093 names the refusals that every ERC-20 knows.
interface ILedger is IERC20Errors {
    /// @notice A balance changed: moved, or created if `from` is zero, or destroyed if `to` is zero. Source: ERC-20.
    /// @param from The sender.
    /// @param to The receiver.
    /// @param value How much, in base units.
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice The account is on the blacklist, so no balance may change with it as sender or receiver, nor because it
    /// asks for it as spender, minter or bridge; except by order ({ISeizing}).
    /// @param account The party that is blacklisted.
    error AccountBlacklisted(address account);

    /// @notice Only verified accounts may hold the coin now, and this one is not.
    /// @param account The party that is not verified.
    error AccountNotVerified(address account);

    /// @notice The operation belongs to a scope that is paused.
    /// @param scope The paused scope: 1 transfers, 2 minting, 4 redemption.
    error ScopePaused(uint256 scope);

    /// @notice The amount to create or destroy is zero.
    error ZeroValue();

    /// @notice The mint would lift the supply above its cap.
    /// @param cap The greatest supply allowed, in base units.
    /// @param supply The supply now, in base units.
    /// @param value What was to be added, in base units.
    error SupplyCapExceeded(uint256 cap, uint256 supply, uint256 value);

    /// @notice All minters together have less left than the mint needs.
    /// @param available What may be minted now, in base units.
    /// @param needed What was to be minted, in base units.
    error GlobalLimitExceeded(uint256 available, uint256 needed);

    /// @notice Coins are taken by order from blacklisted accounts only, and this one is not.
    /// @param account The account that is free.
    error AccountNotBlacklisted(address account);

    /// @notice Two lists of one batch do not fit together.
    /// @param first How many items the first list has.
    /// @param second How many items the other list has.
    error LengthsDiffer(uint256 first, uint256 second);
}
