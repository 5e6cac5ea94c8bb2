// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IIssuer, MintPolicy, RoleGrant} from "./interfaces/IIssuer.sol";
import {Bridging} from "./powers/Bridging.sol";
import {Burning} from "./powers/Burning.sol";
import {Describing} from "./powers/Describing.sol";
import {Minting} from "./powers/Minting.sol";
import {Pausing} from "./powers/Pausing.sol";
import {Rescuing} from "./powers/Rescuing.sol";
import {Seizing} from "./powers/Seizing.sol";
import {Upgrading} from "./powers/Upgrading.sol";
import {Verifying} from "./powers/Verifying.sol";

/// @title A fiat-backed stablecoin, as its issuer meets it
/// @notice The powers of the issuer, one file each in `powers/`; it runs behind the coin's proxy and can be replaced.
contract Issuer is IIssuer, Bridging, Burning, Seizing, Verifying, Pausing, Rescuing, Describing, Upgrading {
    /// @dev The implementation itself is nobody's coin: only a proxy can be initialised.
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IIssuer
    function initialize(address admin, uint48 adminDelay, MintPolicy calldata policy, RoleGrant[] calldata grants)
        external
        initializer
    {
        __AccessControlDefaultAdminRules_init(adminDelay, admin);
        _setSupplyCap(policy.supplyCap);
        _setGlobalLimit(policy.globalCapacity, policy.globalRefillPerSecond);
        for (uint256 i = 0; i < grants.length; ++i) {
            _grantRole(grants[i].role, grants[i].account);
        }
    }

    /// @notice Returns whether the coin speaks an interface, those of its holders included.
    /// @dev Never LANE_INTERFACE_ID: this implementation does not serve the holders itself, and {closeLane} asks for that.
    /// @param interfaceId The ERC-165 identifier.
    /// @return Whether it does.
    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IERC20).interfaceId || interfaceId == type(IERC20Metadata).interfaceId
            || interfaceId == type(IERC20Permit).interfaceId || interfaceId == type(IERC3009).interfaceId
            || interfaceId == type(IERC3009Cancel).interfaceId || interfaceId == type(IERC5267).interfaceId
            || interfaceId == type(IERC7802).interfaceId || super.supportsInterface(interfaceId);
    }

    function _revokeRole(bytes32 role, address account)
        internal
        override(AccessControlDefaultAdminRulesUpgradeable, Bridging)
        returns (bool)
    {
        return super._revokeRole(role, account);
    }

    function _grantRole(bytes32 role, address account)
        internal
        override(AccessControlDefaultAdminRulesUpgradeable, Minting)
        returns (bool)
    {
        return super._grantRole(role, account);
    }
}
