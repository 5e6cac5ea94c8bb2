// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MINTING, REDEMPTION, TRANSFERS} from "./interfaces/ILedger.sol";
import {LedgerWords} from "./LedgerWords.sol";
import {Limits} from "./Limits.sol";

/// @title The only functions that move balances
/// @notice Every transfer, mint, burn and seizure, of holders and of the issuer, goes through here.
abstract contract Ledger is LedgerWords {
    /// @dev Moves coins. A spender was checked by {_spendAllowance}; who only submits a signature is not asked.
    ///
    /// What every holder does all day, so in assembly: both slots from one scratch space, and one test for all that can
    /// be wrong, after the writes, which a refusal undoes. {_revertTransfer} says in plain words what that test asks.
    function _transfer(uint256 head, address from, address to, uint256 value) internal {
        bytes32 topic = Transfer.selector;
        uint256 refused;
        assembly ("memory-safe") {
            mstore(0x20, ACCOUNTS)
            mstore(0x00, from)
            let slot := keccak256(0x00, 0x40)
            let fromWord := sload(slot)
            sstore(slot, sub(fromWord, value))
            mstore(0x00, to)
            slot := keccak256(0x00, 0x40)
            let toWord := sload(slot)
            sstore(slot, add(toWord, value))

            refused := or(iszero(to), eq(to, address()))
            refused := or(refused, lt(shr(128, shl(128, fromWord)), value))
            // Either is blacklisted; or, where only verified accounts may hold the coin, either is not verified.
            refused := or(refused, shr(255, or(fromWord, toWord)))
            refused := or(refused, and(head, or(TRANSFERS_PAUSED, and(not(and(fromWord, toWord)), ALLOWLIST_ONLY))))

            mstore(0x00, value)
            log3(0x00, 0x20, topic, from, to)
        }
        if (refused != 0) _revertTransfer(head, from, to, value);
    }

    /// @dev Takes `value` from what `owner` allowed the caller, who must not be blacklisted. In assembly for the same
    /// reason as {_transfer}; {_revertAllowance} says in plain words what its test asks.
    function _spendAllowance(address owner, uint256 value) internal {
        uint256 refused = _account(msg.sender).word & BLACKLISTED;
        assembly ("memory-safe") {
            mstore(0x00, owner)
            mstore(0x20, ALLOWANCES)
            mstore(0x20, keccak256(0x00, 0x40))
            mstore(0x00, caller())
            let slot := keccak256(0x00, 0x40)
            let left := sload(slot)
            refused := or(refused, or(iszero(left), lt(left, value)))
            // The greatest number is never used up.
            if iszero(or(refused, iszero(not(left)))) { sstore(slot, sub(left, value)) }
        }
        if (refused != 0) _revertAllowance(owner, value);
    }

    /// @dev Moves coins from one account to many; the sender's word is read and written once. In assembly for the same
    /// reason as {_transfer}, and with the same test, once per receiver.
    function _transferBatch(uint256 head, address from, address[] calldata to, uint256[] calldata values) internal {
        _revertIfPaused(head, TRANSFERS);
        _revertIfLengthsDiffer(to.length, values.length);
        _debit(head, from, _sum(values));
        bytes32 topic = Transfer.selector;
        for (uint256 i = 0; i < to.length; ++i) {
            address receiver;
            assembly ("memory-safe") {
                receiver := calldataload(add(to.offset, shl(5, i)))
            }
            Account storage account = _account(receiver);
            uint256 word = account.word;
            uint256 refused;
            assembly ("memory-safe") {
                let value := calldataload(add(values.offset, shl(5, i)))
                sstore(account.slot, add(word, value))

                refused := or(iszero(receiver), eq(receiver, address()))
                refused := or(refused, shr(160, receiver))
                refused := or(refused, shr(255, word))
                refused := or(refused, and(head, and(not(word), ALLOWLIST_ONLY)))

                mstore(0x00, value)
                log3(0x00, 0x20, topic, from, receiver)
            }
            if (refused != 0) _revertReceiver(word, to[i]);
        }
    }

    /// @dev Creates coins within the supply cap and the global limit; `head` is the head word as it stands.
    function _mint(uint256 head, address to, uint256 value) internal {
        _revertIfPaused(head, MINTING);
        _revertIfInvalidReceiver(to);
        if (value == 0) revert ZeroValue();
        _ledger().head = _created(head, value);
        _credit(head, to, value);
        _tellTransfer(address(0), to, value);
    }

    /// @dev Destroys coins; `head` is the head word as it stands.
    function _burn(uint256 head, address from, uint256 value) internal {
        _revertIfPaused(head, REDEMPTION);
        if (value == 0) revert ZeroValue();
        _debit(head, from, value);
        _destroy(head, from, value);
    }

    /// @dev Moves coins of a blacklisted account, by order; no pause stops it.
    function _seize(uint256 head, address from, address to, uint256 value) internal {
        _revertIfInvalidReceiver(to);
        _take(from, value);
        _credit(head, to, value);
        _tellTransfer(from, to, value);
    }

    /// @dev Destroys coins of a blacklisted account, by order; no pause stops it.
    function _burnSeized(uint256 head, address from, uint256 value) internal {
        _take(from, value);
        _destroy(head, from, value);
    }

    function _take(address from, uint256 value) private {
        if (value == 0) revert ZeroValue();
        Account storage account = _account(from);
        uint256 word = account.word;
        if (word & BLACKLISTED == 0) revert AccountNotBlacklisted(from);
        if (uint128(word) < value) revert ERC20InsufficientBalance(from, uint128(word), value);
        unchecked {
            account.word = word - value;
        }
    }

    /// @dev `emit Transfer(from, to, value)`, without asking for memory. Source: ERC-20.
    function _tellTransfer(address from, address to, uint256 value) private {
        bytes32 topic = Transfer.selector;
        assembly ("memory-safe") {
            mstore(0x00, value)
            log3(0x00, 0x20, topic, from, to)
        }
    }

    /// @dev Undoes what {_transfer} wrote, to tell why it is refused.
    function _revertTransfer(uint256 head, address from, address to, uint256 value) private {
        unchecked {
            _account(to).word -= value;
            _account(from).word += value;
        }
        _revertIfPaused(head, TRANSFERS);
        _revertIfInvalidReceiver(to);
        _debit(head, from, value);
        _credit(head, to, value);
    }

    /// @dev Tells why {_spendAllowance} refuses. Zero needs an allowance too, or strangers
    /// could write transfers of nothing into anybody's history.
    function _revertAllowance(address owner, uint256 value) private view {
        _revertIfBlacklisted(msg.sender);
        revert ERC20InsufficientAllowance(msg.sender, _allowance(owner, msg.sender).value, value);
    }

    function _revertReceiver(uint256 word, address to) private view {
        _revertIfInvalidReceiver(to);
        _revertRefused(word, to);
    }

    function _debit(uint256 head, address from, uint256 value) private {
        Account storage account = _account(from);
        uint256 word = account.word;
        if (_isRefused(head, word)) _revertRefused(word, from);
        if (uint128(word) < value) revert ERC20InsufficientBalance(from, uint128(word), value);
        // The balance covers the value, so the subtraction stays within the low bits.
        unchecked {
            account.word = word - value;
        }
    }

    function _credit(uint256 head, address to, uint256 value) private {
        Account storage account = _account(to);
        uint256 word = account.word;
        if (_isRefused(head, word)) _revertRefused(word, to);
        // No balance exceeds the supply, which fits in 112 bits: the addition never reaches the flags.
        unchecked {
            account.word = word + value;
        }
    }

    /// @dev The head word after `value` was created, within the supply cap and the global limit.
    function _created(uint256 head, uint256 value) private view returns (uint256) {
        uint256 cap = Limits.read(head >> SUPPLY_CAP_OFFSET);
        uint256 limit = (head >> GLOBAL_LIMIT_OFFSET) & Limits.MASK;
        (uint256 available, uint256 next) = Limits.taken(limit, value);
        // Within 112 bits each, where the first comparison is passed; so the addition stays within the low bits.
        unchecked {
            if (value > cap || uint256(uint112(head)) + value > cap) revert SupplyCapExceeded(cap, uint112(head), value);
            if (value > available) revert GlobalLimitExceeded(available, value);
            return (head ^ ((limit ^ next) << GLOBAL_LIMIT_OFFSET)) + value;
        }
    }

    function _destroy(uint256 head, address from, uint256 value) private {
        // The value was debited from a balance, and no balance exceeds the supply.
        unchecked {
            _ledger().head = head - value;
        }
        _tellTransfer(from, address(0), value);
    }

    function _withGlobalLimit(uint256 head, uint256 limit) internal pure returns (uint256) {
        return (head & ~(Limits.MASK << GLOBAL_LIMIT_OFFSET)) | (limit << GLOBAL_LIMIT_OFFSET);
    }

    /// @dev The sum, or the greatest number if it exceeds that: no balance covers either.
    function _sum(uint256[] calldata values) private pure returns (uint256 sum) {
        uint256 overflown;
        assembly ("memory-safe") {
            let end := add(values.offset, shl(5, values.length))
            for { let at := values.offset } lt(at, end) { at := add(at, 0x20) } {
                sum := add(sum, calldataload(at))
                overflown := or(overflown, lt(sum, calldataload(at)))
            }
        }
        if (overflown != 0) return type(uint256).max;
    }

    function _revertIfPaused(uint256 head, uint256 scope) internal pure {
        if (head & (scope << SCOPES_OFFSET) != 0) revert ScopePaused(scope);
    }

    /// @dev For a bridge, and to say why a spender is refused.
    function _revertIfBlacklisted(address account) internal view {
        if (_account(account).word & BLACKLISTED != 0) revert AccountBlacklisted(account);
    }

    /// @dev Whether a party to a move is blacklisted, or not verified while only verified accounts may hold the coin.
    function _isRefused(uint256 head, uint256 word) private pure returns (bool) {
        return (word & BLACKLISTED) | (head & ~word & ALLOWLIST_ONLY) != 0;
    }

    function _revertRefused(uint256 word, address account) private pure {
        if (word & BLACKLISTED != 0) revert AccountBlacklisted(account);
        revert AccountNotVerified(account);
    }

    function _revertIfInvalidReceiver(address to) private view {
        bool isInvalid;
        assembly ("memory-safe") {
            isInvalid := or(iszero(to), eq(to, address()))
        }
        if (isInvalid) revert ERC20InvalidReceiver(to);
    }

    function _revertIfLengthsDiffer(uint256 first, uint256 second) internal pure {
        if (first != second) revert LengthsDiffer(first, second);
    }
}
