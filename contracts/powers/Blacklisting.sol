// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {IBlacklisting} from "../interfaces/IBlacklisting.sol";
import {Ledger} from "../Ledger.sol";

abstract contract Blacklisting is IBlacklisting, Ledger, AccessControlDefaultAdminRulesUpgradeable {
    /// @inheritdoc IBlacklisting
    bytes32 public constant BLACKLISTER_ROLE = bytes32(uint256(5));

    /// @inheritdoc IBlacklisting
    bytes32 public constant UNBLACKLISTER_ROLE = bytes32(uint256(6));

    /// @inheritdoc IBlacklisting
    function blacklist(address account) external onlyRole(BLACKLISTER_ROLE) {
        _blacklist(account);
    }

    /// @inheritdoc IBlacklisting
    function blacklistBatch(address[] calldata accounts) external onlyRole(BLACKLISTER_ROLE) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            _blacklist(accounts[i]);
        }
    }

    /// @inheritdoc IBlacklisting
    function unBlacklist(address account) external onlyRole(UNBLACKLISTER_ROLE) {
        uint256 word = _account(account).word;
        if (word & BLACKLISTED == 0) return;
        _setWord(account, word & ~BLACKLISTED);
        emit UnBlacklisted(account, msg.sender);
    }

    /// @dev For a power that keeps a copy of the flag.
    function _blacklistChanged(address account, uint256 word) internal virtual;

    function _blacklist(address account) private {
        uint256 word = _account(account).word;
        if (word & BLACKLISTED != 0) return;
        _setWord(account, word | BLACKLISTED);
        emit Blacklisted(account, msg.sender);
    }

    function _setWord(address account, uint256 word) internal {
        _account(account).word = word;
        _blacklistChanged(account, word);
    }
}
