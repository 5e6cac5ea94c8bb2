// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Ledger} from "../Ledger.sol";

/// @title The fast lane: holder functions served by the proxy itself, for as long as it is open
abstract contract Lane is Ledger, ERC1967Proxy {
    /// @dev Plain ETH goes the way of every unknown call; the implementation refuses it.
    receive() external payable {
        _fallback();
    }

    /// @dev Returns the head word while the lane is open. Once it is closed, answers the whole call from the
    /// implementation instead and does not return.
    function _lane() internal returns (uint256 head) {
        head = _ledger().head;
        if (head >= LANE_CLOSED) _leaveLane();
    }

    /// @dev Answers the whole call from the implementation and does not return.
    function _leaveLane() internal {
        _delegate(_implementation());
    }

    /// @dev The same for views. Solidity holds no delegatecall to be a view. Who calls a view calls by STATICCALL, which
    /// the delegated code inherits; who does not, lets the implementation write, as any other call to it does.
    function _laneForView() internal view returns (uint256) {
        function() internal returns (uint256) lane = _lane;
        function() internal view returns (uint256) viewLane;
        assembly ("memory-safe") {
            viewLane := lane
        }
        return viewLane();
    }
}
