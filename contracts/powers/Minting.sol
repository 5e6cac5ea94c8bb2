// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMinting} from "../interfaces/IMinting.sol";
import {Ledger} from "../Ledger.sol";
import {Administering} from "./Administering.sol";

abstract contract Minting is Ledger, IMinting, Administering {
    /// @custom:storage-location erc7201:stablecoin.storage.Minting
    struct MintingStorage {
        mapping(address minter => uint256 value) allowances;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Minting")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant MINTING_STORAGE = 0x62958fb21d8ed9a875e746157b19422b812aedde97fc2c64c6ccd50b60964b00;

    /// @inheritdoc IMinting
    bytes32 public constant MINTER_ROLE = keccak256("MINTER_ROLE");

    /// @inheritdoc IMinting
    bytes32 public constant MINTER_ADMIN_ROLE = keccak256("MINTER_ADMIN_ROLE");

    /// @inheritdoc IMinting
    function configureMinter(address minter, uint256 allowance) external onlyRole(MINTER_ADMIN_ROLE) returns (bool) {
        if (allowance > MAX_SUPPLY) revert InvalidMintAllowance(allowance);

        _grantRole(MINTER_ROLE, minter);
        _minting().allowances[minter] = allowance;

        emit MinterConfigured(minter, allowance, msg.sender);
        return true;
    }

    /// @inheritdoc IMinting
    function removeMinter(address minter) external onlyRole(MINTER_ADMIN_ROLE) returns (bool) {
        _revokeRole(MINTER_ROLE, minter);
        return true;
    }

    /// @inheritdoc IMinting
    function mint(address to, uint256 value) external onlyRole(MINTER_ROLE) returns (bool) {
        if (value == 0) revert ZeroValue();

        _spendMintAllowance(msg.sender, value);
        _mint(_ledger().head, msg.sender, to, value);

        emit Minted(msg.sender, to, value);
        return true;
    }

    /// @inheritdoc IMinting
    function minterAllowance(address minter) external view returns (uint256) {
        return _minting().allowances[minter];
    }

    /// @inheritdoc IMinting
    function isMinter(address account) external view returns (bool) {
        return hasRole(MINTER_ROLE, account);
    }

    /// @dev Whichever way a minter loses its role, its allowance goes with it: a later grant starts from nothing.
    function _revokeRole(bytes32 role, address account) internal virtual override returns (bool revoked) {
        revoked = super._revokeRole(role, account);
        if (revoked && role == MINTER_ROLE) {
            delete _minting().allowances[account];
            emit MinterRemoved(account, msg.sender);
        }
    }

    function _spendMintAllowance(address minter, uint256 value) private {
        uint256 available = _minting().allowances[minter];
        if (available < value) revert MintAllowanceExceeded(minter, available, value);
        // Covered by the comparison above.
        unchecked {
            _minting().allowances[minter] = available - value;
        }
    }

    function _minting() private pure returns (MintingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := MINTING_STORAGE
        }
    }
}
