// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ILedger, MINTING, REDEMPTION, TRANSFERS} from "./interfaces/ILedger.sol";

/// @title The storage that both faces of the coin share, and the one function that moves balances
/// @dev Two packed words carry compliance at no storage read of its own:
///
/// account word   255 BLACKLISTED | 254..192 spare flags | 191..128 spare | 127..0 balance
/// head word      255 LANE_CLOSED | 254..131 spare | 130..128 paused scopes | 127..0 total supply
abstract contract Ledger is ILedger {
    /// @custom:storage-location erc7201:stablecoin.storage.Ledger
    struct LedgerStorage {
        uint256 head;
        mapping(address account => uint256 word) accounts;
        mapping(address owner => mapping(address spender => uint256 value)) allowances;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Ledger")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LEDGER_STORAGE = 0xb1b558efdf2a27d407cb4355e7ffb17c9a2354a5476fd4c3c5c6044ef60cfa00;

    uint256 internal constant MAX_SUPPLY = type(uint128).max;
    uint256 internal constant BLACKLISTED = 1 << 255;
    uint256 internal constant LANE_CLOSED = 1 << 255;
    uint256 internal constant SCOPES_OFFSET = 128;

    function _transfer(uint256 head, address operator, address from, address to, uint256 value) internal {
        _revertIfInvalidReceiver(to);
        _move(head, TRANSFERS, operator, from, to, value);
    }

    function _mint(uint256 head, address minter, address to, uint256 value) internal {
        _revertIfInvalidReceiver(to);
        _move(head, MINTING, minter, address(0), to, value);
    }

    function _burn(uint256 head, address burner, uint256 value) internal {
        _move(head, REDEMPTION, burner, burner, address(0), value);
    }

    /// @dev Every change of a balance goes through here. The scope, never a zero party, decides whether coins are
    /// created or destroyed. `operator` is who asked; `head` is the head word as it stands, read by the caller.
    function _move(uint256 head, uint256 scope, address operator, address from, address to, uint256 value) private {
        _revertIfPaused(head, scope);
        LedgerStorage storage $ = _ledger();
        if (operator != from) _revertIfBlacklisted($.accounts[operator], operator);

        if (scope == MINTING) $.head = _created(head, value);
        else _debit($, from, value);

        if (scope == REDEMPTION) $.head = _destroyed(head, value);
        else _credit($, to, value);

        emit IERC20.Transfer(from, to, value);
    }

    function _debit(LedgerStorage storage $, address from, uint256 value) private {
        uint256 word = $.accounts[from];
        _revertIfBlacklisted(word, from);
        uint256 balance = uint128(word);
        if (balance < value) revert ERC20InsufficientBalance(from, balance, value);
        // The balance covers the value, so the subtraction stays within the low 128 bits.
        unchecked {
            $.accounts[from] = word - value;
        }
    }

    function _credit(LedgerStorage storage $, address to, uint256 value) private {
        uint256 word = $.accounts[to];
        _revertIfBlacklisted(word, to);
        // No balance exceeds the supply, which fits in 128 bits: the addition never reaches the flags.
        unchecked {
            $.accounts[to] = word + value;
        }
    }

    function _created(uint256 head, uint256 value) private pure returns (uint256) {
        uint256 supply = uint128(head);
        if (value > MAX_SUPPLY - supply) revert SupplyCapExceeded(MAX_SUPPLY, supply + value);
        // Within the cap, so the addition stays within the low 128 bits.
        unchecked {
            return head + value;
        }
    }

    function _destroyed(uint256 head, uint256 value) private pure returns (uint256) {
        // The value was debited from a balance, and no balance exceeds the supply.
        unchecked {
            return head - value;
        }
    }

    function _revertIfPaused(uint256 head, uint256 scope) internal pure {
        if (head & (scope << SCOPES_OFFSET) != 0) revert ScopePaused(scope);
    }

    function _revertIfBlacklisted(uint256 word, address account) private pure {
        if (word & BLACKLISTED != 0) revert AccountBlacklisted(account);
    }

    function _revertIfInvalidReceiver(address to) private view {
        if (to == address(0) || to == address(this)) revert ERC20InvalidReceiver(to);
    }

    function _ledger() internal pure returns (LedgerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := LEDGER_STORAGE
        }
    }
}
