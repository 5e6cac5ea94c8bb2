// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAllowing} from "./IAllowing.sol";
import {IAuthorizing} from "./IAuthorizing.sol";
import {IIdentifying} from "./IIdentifying.sol";
import {IStanding} from "./IStanding.sol";
import {ITransferring} from "./ITransferring.sol";

/// @dev The ERC-165 identifier of all that holders touch: an implementation that says it speaks this one serves
/// every function of {IStablecoin}.
bytes4 constant LANE_INTERFACE_ID = type(IIdentifying).interfaceId ^ type(ITransferring).interfaceId
    ^ type(IAllowing).interfaceId ^ type(IAuthorizing).interfaceId ^ type(IStanding).interfaceId;

/// @title What holders touch
/// @notice Served by the proxy itself, without loading the implementation: the fast lane.
/// @dev An upgrade can close the lane ({IUpgrading-closeLane}); every function here is then served by the implementation.
interface IStablecoin is IIdentifying, ITransferring, IAllowing, IAuthorizing, IStanding {}
