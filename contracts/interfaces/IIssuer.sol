// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBlacklisting} from "./IBlacklisting.sol";
import {IBridging} from "./IBridging.sol";
import {IBurning} from "./IBurning.sol";
import {IDescribing} from "./IDescribing.sol";
import {ILedger} from "./ILedger.sol";
import {ILimiting} from "./ILimiting.sol";
import {IMinting} from "./IMinting.sol";
import {IPausing} from "./IPausing.sol";
import {IReferencing} from "./IReferencing.sol";
import {IRescuing} from "./IRescuing.sol";
import {IReserving} from "./IReserving.sol";
import {ISeizing} from "./ISeizing.sol";
import {IUpgrading} from "./IUpgrading.sol";
import {IVerifying} from "./IVerifying.sol";

/// @dev One grant of a role at the coin's birth.
/// @param role The role's identifier.
/// @param account Who receives it.
struct RoleGrant {
    bytes32 role;
    address account;
}

/// @dev What all minters together may create, from the coin's birth on: unlimited does not exist.
/// @param supplyCap The greatest supply, in base units.
/// @param globalCapacity What may be created at once, in base units.
/// @param globalRefillPerSecond What comes back each second, in base units.
struct MintPolicy {
    uint256 supplyCap;
    uint256 globalCapacity;
    uint256 globalRefillPerSecond;
}

/// @title What the issuer touches
/// @notice Every power of the issuer, behind roles; the upgradeable implementation behind the coin's proxy.
interface IIssuer is
    IBridging,
    IMinting,
    IBlacklisting,
    ILimiting,
    IReserving,
    IBurning,
    ISeizing,
    IVerifying,
    IPausing,
    IRescuing,
    IDescribing,
    IUpgrading,
    ILedger,
    IReferencing
{
    /// @notice Gives the coin its admin, its limits and its first holders of roles; once, in the transaction that creates it.
    /// @dev Emits {RoleGranted} for the admin and for each grant, {SupplyCapChanged} and {GlobalLimitChanged}.
    /// Requirements: - The coin is not initialised.  - `admin` is not zero.  - No grant names DEFAULT_ADMIN_ROLE.
    /// - The policy is one that {ILimiting-setSupplyCap} and {ILimiting-setGlobalLimit} would take.
    /// @param admin Who holds DEFAULT_ADMIN_ROLE, and so grants and revokes all roles.
    /// @param adminDelay How long a change of admin must wait before it can be accepted, in seconds.
    /// @param policy What all minters together may create.
    /// @param grants The first holders of the other roles.
    function initialize(address admin, uint48 adminDelay, MintPolicy calldata policy, RoleGrant[] calldata grants)
        external;
}
