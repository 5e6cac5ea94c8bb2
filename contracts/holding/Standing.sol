// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ALL_SCOPES} from "../interfaces/ILedger.sol";
import {IStanding} from "../interfaces/IStanding.sol";
import {Lane} from "./Lane.sol";

abstract contract Standing is Lane, IStanding {
    /// @inheritdoc IStanding
    function isBlacklisted(address account) external view returns (bool) {
        _laneForView();
        return _account(account).word & BLACKLISTED != 0;
    }

    /// @inheritdoc IStanding
    function isVerified(address account) external view returns (bool) {
        _laneForView();
        return _account(account).word & VERIFIED != 0;
    }

    /// @inheritdoc IStanding
    function pausedScopes() external view returns (uint256) {
        return (_laneForView() >> SCOPES_OFFSET) & ALL_SCOPES;
    }
}
