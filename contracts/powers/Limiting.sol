// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {ILimiting} from "../interfaces/ILimiting.sol";
import {Ledger} from "../Ledger.sol";
import {Limits} from "../Limits.sol";

abstract contract Limiting is ILimiting, Ledger, AccessControlDefaultAdminRulesUpgradeable {
    /// @inheritdoc ILimiting
    function setSupplyCap(uint256 cap) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setSupplyCap(cap);
    }

    /// @inheritdoc ILimiting
    function setGlobalLimit(uint256 capacity, uint256 refillPerSecond) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setGlobalLimit(capacity, refillPerSecond);
    }

    /// @inheritdoc ILimiting
    function supplyCap() public view returns (uint256) {
        return Limits.read(_ledger().head >> SUPPLY_CAP_OFFSET);
    }

    /// @inheritdoc ILimiting
    function globalLimit() public view returns (uint256 capacity, uint256 refillPerSecond, uint256 available) {
        return Limits.figuresOf(_ledger().head >> GLOBAL_LIMIT_OFFSET);
    }

    function _setSupplyCap(uint256 cap) internal {
        _revertIfTooGreat(cap);
        uint256 head = _ledger().head;
        uint256 others = head & ~(Limits.NUMBER_MASK << SUPPLY_CAP_OFFSET);
        _ledger().head = others | (Limits.kept(cap) << SUPPLY_CAP_OFFSET);
        emit SupplyCapChanged(supplyCap(), msg.sender);
    }

    function _setGlobalLimit(uint256 capacity, uint256 refillPerSecond) internal {
        _revertIfTooGreat(capacity);
        uint256 head = _ledger().head;
        uint256 limit = (head >> GLOBAL_LIMIT_OFFSET) & Limits.MASK;
        _ledger().head = _withGlobalLimit(head, Limits.changed(limit, capacity, refillPerSecond));
        (uint256 keptCapacity, uint256 keptRefill,) = globalLimit();
        emit GlobalLimitChanged(keptCapacity, keptRefill, msg.sender);
    }

    function _revertIfTooGreat(uint256 amount) internal pure {
        if (amount > MAX_SUPPLY) revert AmountTooGreat(amount, MAX_SUPPLY);
    }
}
