// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {ISeizing} from "../interfaces/ISeizing.sol";
import {Ledger} from "../Ledger.sol";

abstract contract Seizing is ISeizing, Ledger, AccessControlDefaultAdminRulesUpgradeable {
    /// @inheritdoc ISeizing
    bytes32 public constant SEIZER_ROLE = bytes32(uint256(7));

    /// @inheritdoc ISeizing
    function seize(address from, address to, uint256 value, bytes32 orderRef) external onlyRole(SEIZER_ROLE) {
        _seize(_ledger().head, from, to, value);
        emit Seized(from, to, value, orderRef, msg.sender);
    }

    /// @inheritdoc ISeizing
    function burnBlacklisted(address from, uint256 value, bytes32 orderRef) external onlyRole(SEIZER_ROLE) {
        _burnSeized(_ledger().head, from, value);
        emit BlacklistedBurned(from, value, orderRef, msg.sender);
    }
}
