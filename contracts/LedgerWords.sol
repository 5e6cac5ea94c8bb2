// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ILedger} from "./interfaces/ILedger.sol";

/// @title The storage that both faces of the coin share: where its words stand, and what their bits say
/// @dev Two packed words carry compliance and monetary policy at no storage read of their own:
///
/// account word   255 BLACKLISTED | 254 VERIFIED | 253 MINTER | 252..192 spare | 191..128 permit nonce | 127..0 balance
/// head word      255 LANE_CLOSED | 254 ALLOWLIST_ONLY | 253 RESERVE_GATED | 252..250 paused scopes | 249..245 spare
///                244..137 global mint limit ({Limits}) | 136..112 supply cap ({Limits-read}) | 111..0 total supply
///
/// ALLOWLIST_ONLY and VERIFIED stand at the same bit, so that one expression refuses either kind of account.
abstract contract LedgerWords is ILedger {
    /// @dev A word behind a pointer, so that its slot is computed once for reading and writing.
    struct Account {
        uint256 word;
    }

    struct Allowance {
        uint256 value;
    }

    struct Bits {
        uint256 word;
    }

    /// @custom:storage-location erc7201:stablecoin.storage.Ledger
    struct LedgerStorage {
        uint256 head;
        mapping(address account => Account) accounts;
        mapping(address owner => mapping(address spender => Allowance)) allowances;
        mapping(address authorizer => mapping(uint256 wordIndex => Bits)) usedNonces;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Ledger")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant LEDGER_STORAGE = 0xb1b558efdf2a27d407cb4355e7ffb17c9a2354a5476fd4c3c5c6044ef60cfa00;

    // LEDGER_STORAGE + 1, + 2 and + 3, where the mappings of {LedgerStorage} stand.
    bytes32 internal constant ACCOUNTS = 0xb1b558efdf2a27d407cb4355e7ffb17c9a2354a5476fd4c3c5c6044ef60cfa01;
    bytes32 internal constant ALLOWANCES = 0xb1b558efdf2a27d407cb4355e7ffb17c9a2354a5476fd4c3c5c6044ef60cfa02;
    bytes32 internal constant USED_NONCES = 0xb1b558efdf2a27d407cb4355e7ffb17c9a2354a5476fd4c3c5c6044ef60cfa03;

    uint256 internal constant MAX_SUPPLY = type(uint112).max;

    uint256 internal constant BLACKLISTED = 1 << 255;
    uint256 internal constant VERIFIED = 1 << 254;
    uint256 internal constant MINTER = 1 << 253;
    uint256 internal constant NONCE_OFFSET = 128;

    uint256 internal constant LANE_CLOSED = 1 << 255;
    uint256 internal constant ALLOWLIST_ONLY = 1 << 254;
    uint256 internal constant RESERVE_GATED = 1 << 253;
    uint256 internal constant SCOPES_OFFSET = 250;
    uint256 internal constant TRANSFERS_PAUSED = 1 << 250;
    uint256 internal constant GLOBAL_LIMIT_OFFSET = 137;
    uint256 internal constant SUPPLY_CAP_OFFSET = 112;

    /// @dev Sets flags of the head word.
    function _raise(uint256 flags) internal {
        _ledger().head |= flags;
    }

    /// @dev Clears flags of the head word.
    function _lower(uint256 flags) internal {
        _ledger().head &= ~flags;
    }

    /// @dev `return true` of the external function that calls it, in fewer steps.
    function _answerTrue() internal pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := 1
            mstore(0x00, yes)
            return(0x00, 0x20)
        }
    }

    /// @dev `_ledger().accounts[account]`, in fewer steps.
    function _account(address account) internal pure returns (Account storage $) {
        assembly ("memory-safe") {
            mstore(0x00, account)
            mstore(0x20, ACCOUNTS)
            $.slot := keccak256(0x00, 0x40)
        }
    }

    /// @dev `_ledger().allowances[owner][spender]`, in fewer steps.
    function _allowance(address owner, address spender) internal pure returns (Allowance storage $) {
        assembly ("memory-safe") {
            mstore(0x00, owner)
            mstore(0x20, ALLOWANCES)
            mstore(0x20, keccak256(0x00, 0x40))
            mstore(0x00, spender)
            $.slot := keccak256(0x00, 0x40)
        }
    }

    /// @dev `_ledger().usedNonces[authorizer][nonce >> 8]`, in fewer steps.
    function _usedNonces(address authorizer, bytes32 nonce) internal pure returns (Bits storage $) {
        assembly ("memory-safe") {
            mstore(0x00, authorizer)
            mstore(0x20, USED_NONCES)
            mstore(0x20, keccak256(0x00, 0x40))
            mstore(0x00, shr(8, nonce))
            $.slot := keccak256(0x00, 0x40)
        }
    }

    function _ledger() internal pure returns (LedgerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := LEDGER_STORAGE
        }
    }
}
