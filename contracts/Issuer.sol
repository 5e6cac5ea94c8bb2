// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IIssuer, RoleGrant} from "./interfaces/IIssuer.sol";
import {Administering} from "./powers/Administering.sol";
import {Blacklisting} from "./powers/Blacklisting.sol";
import {Burning} from "./powers/Burning.sol";
import {Minting} from "./powers/Minting.sol";
import {Pausing} from "./powers/Pausing.sol";
import {Upgrading} from "./powers/Upgrading.sol";

/// @title A fiat-backed stablecoin, as its issuer meets it
/// @notice The powers of the issuer, one file each in `powers/`; it runs behind the coin's proxy and can be replaced.
contract Issuer is IIssuer, Minting, Burning, Blacklisting, Pausing, Upgrading {
    /// @dev The implementation itself is nobody's coin: only a proxy can be initialised.
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IIssuer
    function initialize(address admin, uint48 adminDelay, RoleGrant[] calldata grants) external initializer {
        __AccessControlDefaultAdminRules_init(adminDelay, admin);
        for (uint256 i = 0; i < grants.length; ++i) {
            _grantRole(grants[i].role, grants[i].account);
        }
    }

    /// @notice Returns whether the coin speaks an interface, ERC-20 included.
    /// @param interfaceId The ERC-165 identifier.
    /// @return Whether it does.
    function supportsInterface(bytes4 interfaceId) public view virtual override(Administering) returns (bool) {
        return interfaceId == type(IERC20).interfaceId || interfaceId == type(IERC20Metadata).interfaceId
            || super.supportsInterface(interfaceId);
    }

    function _revokeRole(bytes32 role, address account) internal override(Administering, Minting) returns (bool) {
        return super._revokeRole(role, account);
    }
}
