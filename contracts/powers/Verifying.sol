// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {IVerifying} from "../interfaces/IVerifying.sol";
import {Ledger} from "../Ledger.sol";

abstract contract Verifying is IVerifying, Ledger, AccessControlDefaultAdminRulesUpgradeable {
    /// @inheritdoc IVerifying
    bytes32 public constant VERIFIER_ROLE = bytes32(uint256(8));

    /// @inheritdoc IVerifying
    function verify(address account) external onlyRole(VERIFIER_ROLE) {
        if (_account(account).word & VERIFIED != 0) return;
        _account(account).word |= VERIFIED;
        emit Verified(account, msg.sender);
    }

    /// @inheritdoc IVerifying
    function unVerify(address account) external onlyRole(VERIFIER_ROLE) {
        if (_account(account).word & VERIFIED == 0) return;
        _account(account).word &= ~VERIFIED;
        emit UnVerified(account, msg.sender);
    }

    /// @inheritdoc IVerifying
    function setAllowlistOnly(bool isOn) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (isOn) _raise(ALLOWLIST_ONLY);
        else _lower(ALLOWLIST_ONLY);
        emit AllowlistOnlyChanged(isOn, msg.sender);
    }

    /// @inheritdoc IVerifying
    function isAllowlistOnly() external view returns (bool) {
        return _ledger().head & ALLOWLIST_ONLY != 0;
    }
}
