// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBlacklisting} from "./IBlacklisting.sol";
import {IBurning} from "./IBurning.sol";
import {ILedger} from "./ILedger.sol";
import {IMinting} from "./IMinting.sol";
import {IPausing} from "./IPausing.sol";
import {IUpgrading} from "./IUpgrading.sol";

/// @dev One grant of a role at the coin's birth.
/// @param role The role's identifier.
/// @param account Who receives it.
struct RoleGrant {
    bytes32 role;
    address account;
}

/// @title What the issuer touches
/// @notice Every power of the issuer, behind roles; the upgradeable implementation behind the coin's proxy.
interface IIssuer is ILedger, IMinting, IBurning, IBlacklisting, IPausing, IUpgrading {
    /// @notice Gives the coin its admin and its first holders of roles; once, in the transaction that creates it.
    /// @dev Emits {RoleGranted} for the admin and for each grant.
    /// Requirements: - The coin is not initialised.  - `admin` is not zero.  - No grant names DEFAULT_ADMIN_ROLE.
    /// @param admin Who holds DEFAULT_ADMIN_ROLE, and so grants and revokes all roles.
    /// @param adminDelay How long a change of admin must wait before it can be accepted, in seconds.
    /// @param grants The first holders of the other roles.
    function initialize(address admin, uint48 adminDelay, RoleGrant[] calldata grants) external;
}
