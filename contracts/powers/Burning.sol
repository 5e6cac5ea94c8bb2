// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBurning} from "../interfaces/IBurning.sol";
import {IMinting} from "../interfaces/IMinting.sol";
import {Ledger} from "../Ledger.sol";
import {Administering} from "./Administering.sol";

abstract contract Burning is Ledger, IBurning, Administering {
    /// @inheritdoc IBurning
    bytes32 public constant BURNER_ROLE = keccak256("BURNER_ROLE");

    /// @inheritdoc IBurning
    function burn(uint256 value) external onlyRole(BURNER_ROLE) {
        if (value == 0) revert IMinting.ZeroValue();

        _burn(_ledger().head, msg.sender, value);

        emit Burned(msg.sender, value);
    }
}
