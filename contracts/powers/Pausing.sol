// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {ALL_SCOPES, TRANSFERS} from "../interfaces/ILedger.sol";
import {IPausing} from "../interfaces/IPausing.sol";
import {Ledger} from "../Ledger.sol";

abstract contract Pausing is IPausing, Ledger, AccessControlDefaultAdminRulesUpgradeable {
    /// @inheritdoc IPausing
    bytes32 public constant PAUSER_ROLE = bytes32(uint256(9));

    /// @inheritdoc IPausing
    bytes32 public constant UNPAUSER_ROLE = bytes32(uint256(10));

    /// @inheritdoc IPausing
    function pause() external {
        pause(ALL_SCOPES);
    }

    /// @inheritdoc IPausing
    function pause(uint256 scopes) public onlyRole(PAUSER_ROLE) {
        _revertIfUnknown(scopes);
        _raise(scopes << SCOPES_OFFSET);
        emit Paused(scopes, msg.sender);
    }

    /// @inheritdoc IPausing
    function unpause() external {
        unpause(ALL_SCOPES);
    }

    /// @inheritdoc IPausing
    function unpause(uint256 scopes) public onlyRole(UNPAUSER_ROLE) {
        _revertIfUnknown(scopes);
        _lower(scopes << SCOPES_OFFSET);
        emit Unpaused(scopes, msg.sender);
    }

    /// @inheritdoc IPausing
    function paused() external view returns (bool) {
        return _ledger().head & (TRANSFERS << SCOPES_OFFSET) != 0;
    }

    function _revertIfUnknown(uint256 scopes) private pure {
        if (scopes == 0 || scopes > ALL_SCOPES) revert InvalidPauseScopes(scopes);
    }
}
