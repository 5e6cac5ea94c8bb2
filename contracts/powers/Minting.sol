// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMinting} from "../interfaces/IMinting.sol";
import {Limits} from "../Limits.sol";
import {Blacklisting} from "./Blacklisting.sol";
import {Limiting} from "./Limiting.sol";
import {Referencing} from "./Referencing.sol";
import {Reserving} from "./Reserving.sol";

/// @dev A minter has one word: whether it may mint now, and how much. The word says ACTIVE while the minter has its
/// role and is not blacklisted, so that a mint reads neither. The MINTER bit of the account word leads back here.
abstract contract Minting is IMinting, Blacklisting, Limiting, Reserving, Referencing {
    using Limits for Limits.Limited;

    /// @custom:storage-location erc7201:stablecoin.storage.Minting
    struct MintingStorage {
        mapping(address minter => Limits.Limited) limits;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Minting")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant MINTING_STORAGE = 0x62958fb21d8ed9a875e746157b19422b812aedde97fc2c64c6ccd50b60964b00;

    uint256 private constant ACTIVE = 1 << 255;

    /// @inheritdoc IMinting
    bytes32 public constant MINTER_ROLE = bytes32(uint256(2));

    /// @inheritdoc IMinting
    bytes32 public constant MINTER_ADMIN_ROLE = bytes32(uint256(1));

    /// @inheritdoc IMinting
    function configureMinter(address minter, uint256 allowance) external returns (bool) {
        return configureMinter(minter, allowance, 0);
    }

    /// @inheritdoc IMinting
    function configureMinter(address minter, uint256 capacity, uint256 refillPerSecond)
        public
        onlyRole(MINTER_ADMIN_ROLE)
        returns (bool)
    {
        _revertIfTooGreat(capacity);
        _grantRole(MINTER_ROLE, minter);
        _minting().limits[minter].change(capacity, refillPerSecond);
        (uint256 keptCapacity, uint256 keptRefill,) = minterLimit(minter);
        emit MinterConfigured(minter, keptCapacity, keptRefill, msg.sender);
        return _answerTrue();
    }

    /// @inheritdoc IMinting
    function removeMinter(address minter) external onlyRole(MINTER_ADMIN_ROLE) returns (bool) {
        _revokeRole(MINTER_ROLE, minter);
        return _answerTrue();
    }

    /// @inheritdoc IMinting
    function mint(address to, uint256 value) external returns (bool) {
        _spendMintAllowance(value);
        _create(to, value);
        emit Minted(msg.sender, to, value);
        return _answerTrue();
    }

    /// @inheritdoc IMinting
    function mint(address to, uint256 value, bytes32 ref) external returns (bool) {
        _mintUnder(ref, to, value);
        return _answerTrue();
    }

    /// @inheritdoc IMinting
    function mintBatch(address[] calldata to, uint256[] calldata values, bytes32[] calldata refs)
        external
        returns (bool)
    {
        _revertIfLengthsDiffer(to.length, values.length);
        _revertIfLengthsDiffer(to.length, refs.length);
        for (uint256 i = 0; i < to.length; ++i) {
            _mintUnder(refs[i], to[i], values[i]);
        }
        return _answerTrue();
    }

    /// @inheritdoc IMinting
    function minterAllowance(address minter) external view returns (uint256 allowance) {
        (,, allowance) = minterLimit(minter);
    }

    /// @inheritdoc IMinting
    function minterLimit(address minter)
        public
        view
        returns (uint256 capacity, uint256 refillPerSecond, uint256 available)
    {
        return _minting().limits[minter].figures();
    }

    /// @inheritdoc IMinting
    function isMinter(address account) external view returns (bool) {
        return hasRole(MINTER_ROLE, account);
    }

    function _grantRole(bytes32 role, address account) internal virtual override returns (bool granted) {
        granted = super._grantRole(role, account);
        if (granted && role == MINTER_ROLE) {
            _setWord(account, _account(account).word | MINTER);
        }
    }

    /// @dev Whichever way a minter loses its role, its allowance goes with it: a later grant starts from nothing.
    function _revokeRole(bytes32 role, address account) internal virtual override returns (bool revoked) {
        revoked = super._revokeRole(role, account);
        if (revoked && role == MINTER_ROLE) {
            delete _minting().limits[account];
            _account(account).word &= ~MINTER;
            emit MinterRemoved(account, msg.sender);
        }
    }

    function _blacklistChanged(address account, uint256 word) internal override {
        if (word & MINTER == 0) return;
        if (word & BLACKLISTED == 0) _minting().limits[account].word |= ACTIVE;
        else _minting().limits[account].word &= ~ACTIVE;
    }

    function _mintUnder(bytes32 ref, address to, uint256 value) private {
        _spendMintAllowance(value);
        _useReference(ISSUER, ref);
        _create(to, value);
        emit MintedWithReference(ref, msg.sender, to, value);
    }

    function _spendMintAllowance(uint256 value) private {
        Limits.Limited storage limited = _minting().limits[msg.sender];
        if (limited.word & ACTIVE == 0) _revertInactive();
        uint256 available = limited.take(value);
        if (value > available) revert MintAllowanceExceeded(msg.sender, available, value);
    }

    function _revertInactive() private view {
        _checkRole(MINTER_ROLE);
        revert AccountBlacklisted(msg.sender);
    }

    function _minting() private pure returns (MintingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := MINTING_STORAGE
        }
    }
}
