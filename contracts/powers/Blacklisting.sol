// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBlacklisting} from "../interfaces/IBlacklisting.sol";
import {Ledger} from "../Ledger.sol";
import {Administering} from "./Administering.sol";

abstract contract Blacklisting is Ledger, IBlacklisting, Administering {
    /// @inheritdoc IBlacklisting
    bytes32 public constant BLACKLISTER_ROLE = keccak256("BLACKLISTER_ROLE");

    /// @inheritdoc IBlacklisting
    bytes32 public constant UNBLACKLISTER_ROLE = keccak256("UNBLACKLISTER_ROLE");

    /// @inheritdoc IBlacklisting
    function blacklist(address account) external onlyRole(BLACKLISTER_ROLE) {
        if (isBlacklisted(account)) return;
        _ledger().accounts[account] |= BLACKLISTED;
        emit Blacklisted(account, msg.sender);
    }

    /// @inheritdoc IBlacklisting
    function unBlacklist(address account) external onlyRole(UNBLACKLISTER_ROLE) {
        if (!isBlacklisted(account)) return;
        _ledger().accounts[account] &= ~BLACKLISTED;
        emit UnBlacklisted(account, msg.sender);
    }

    /// @inheritdoc IBlacklisting
    function isBlacklisted(address account) public view returns (bool) {
        return _ledger().accounts[account] & BLACKLISTED != 0;
    }
}
