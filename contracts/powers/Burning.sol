// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {IBurning} from "../interfaces/IBurning.sol";
import {Ledger} from "../Ledger.sol";
import {Referencing} from "./Referencing.sol";

abstract contract Burning is IBurning, Ledger, AccessControlDefaultAdminRulesUpgradeable, Referencing {
    /// @inheritdoc IBurning
    bytes32 public constant BURNER_ROLE = bytes32(uint256(3));

    /// @inheritdoc IBurning
    function burn(uint256 value) external onlyRole(BURNER_ROLE) {
        _burn(_ledger().head, msg.sender, value);
        emit Burned(msg.sender, value);
    }

    /// @inheritdoc IBurning
    function burn(uint256 value, bytes32 ref) external onlyRole(BURNER_ROLE) {
        _useReference(ISSUER, ref);
        _burn(_ledger().head, msg.sender, value);
        emit BurnedWithReference(ref, msg.sender, value);
    }

    /// @inheritdoc IBurning
    function redeem(uint256 value, bytes32 ref) external {
        _useReference(msg.sender, ref);
        _burn(_ledger().head, msg.sender, value);
        emit Redeemed(msg.sender, value, ref);
    }
}
