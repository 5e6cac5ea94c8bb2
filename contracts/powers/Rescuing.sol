// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRescuing} from "../interfaces/IRescuing.sol";

abstract contract Rescuing is IRescuing, AccessControlDefaultAdminRulesUpgradeable {
    /// @inheritdoc IRescuing
    bytes32 public constant RESCUER_ROLE = bytes32(uint256(11));

    /// @inheritdoc IRescuing
    function rescueERC20(address token, address to, uint256 value) external onlyRole(RESCUER_ROLE) {
        emit ERC20Rescued(token, to, value, msg.sender);
        SafeERC20.safeTransfer(IERC20(token), to, value);
    }

    /// @inheritdoc IRescuing
    function rescueETH(address payable to, uint256 valueWei) external onlyRole(RESCUER_ROLE) {
        emit ETHRescued(to, valueWei, msg.sender);
        (bool isTaken,) = to.call{value: valueWei}("");
        if (!isTaken) revert ETHNotTaken(to, valueWei);
    }
}
