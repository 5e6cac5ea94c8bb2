// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ALL_SCOPES, TRANSFERS} from "../interfaces/ILedger.sol";
import {IPausing} from "../interfaces/IPausing.sol";
import {Ledger} from "../Ledger.sol";
import {Administering} from "./Administering.sol";

abstract contract Pausing is Ledger, IPausing, Administering {
    /// @inheritdoc IPausing
    bytes32 public constant PAUSER_ROLE = keccak256("PAUSER_ROLE");

    /// @inheritdoc IPausing
    bytes32 public constant UNPAUSER_ROLE = keccak256("UNPAUSER_ROLE");

    /// @inheritdoc IPausing
    function pause() external {
        pause(ALL_SCOPES);
    }

    /// @inheritdoc IPausing
    function pause(uint256 scopes) public onlyRole(PAUSER_ROLE) {
        _revertIfUnknown(scopes);
        _ledger().head |= scopes << SCOPES_OFFSET;
        emit Paused(scopes, msg.sender);
    }

    /// @inheritdoc IPausing
    function unpause() external {
        unpause(ALL_SCOPES);
    }

    /// @inheritdoc IPausing
    function unpause(uint256 scopes) public onlyRole(UNPAUSER_ROLE) {
        _revertIfUnknown(scopes);
        _ledger().head &= ~(scopes << SCOPES_OFFSET);
        emit Unpaused(scopes, msg.sender);
    }

    /// @inheritdoc IPausing
    function paused() external view returns (bool) {
        return pausedScopes() & TRANSFERS != 0;
    }

    /// @inheritdoc IPausing
    function pausedScopes() public view returns (uint256) {
        return (_ledger().head >> SCOPES_OFFSET) & ALL_SCOPES;
    }

    function _revertIfUnknown(uint256 scopes) private pure {
        if (scopes == 0 || scopes > ALL_SCOPES) revert InvalidPauseScopes(scopes);
    }
}
