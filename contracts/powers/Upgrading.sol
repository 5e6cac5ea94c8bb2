// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {ERC1967Utils} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Utils.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {LANE_INTERFACE_ID} from "../interfaces/IStablecoin.sol";
import {IUpgrading} from "../interfaces/IUpgrading.sol";
import {Ledger} from "../Ledger.sol";

abstract contract Upgrading is IUpgrading, Ledger, AccessControlDefaultAdminRulesUpgradeable, UUPSUpgradeable {
    /// @inheritdoc IUpgrading
    bytes32 public constant UPGRADER_ROLE = bytes32(uint256(12));

    /// @inheritdoc IUpgrading
    function closeLane() external onlyRole(UPGRADER_ROLE) {
        _revertIfLaneNotServed(ERC1967Utils.getImplementation());
        _raise(LANE_CLOSED);
        emit LaneClosed(msg.sender);
    }

    /// @inheritdoc IUpgrading
    function openLane() external onlyRole(UPGRADER_ROLE) {
        _lower(LANE_CLOSED);
        emit LaneOpened(msg.sender);
    }

    /// @inheritdoc IUpgrading
    function isLaneClosed() public view returns (bool) {
        return _ledger().head & LANE_CLOSED != 0;
    }

    /// @dev While the lane is closed, holders depend on the implementation: the next one must serve them too.
    function _authorizeUpgrade(address newImplementation) internal view override onlyRole(UPGRADER_ROLE) {
        if (isLaneClosed()) _revertIfLaneNotServed(newImplementation);
        // Where there is no code at all, OpenZeppelin's own check reverts without a reason.
        if (newImplementation.code.length == 0) revert ERC1967Utils.ERC1967InvalidImplementation(newImplementation);
    }

    /// @dev An implementation that serves every holder function says so by this ERC-165 id.
    function _revertIfLaneNotServed(address implementation) private view {
        if (!ERC165Checker.supportsInterface(implementation, LANE_INTERFACE_ID)) {
            revert LaneNotServed(implementation);
        }
    }
}
