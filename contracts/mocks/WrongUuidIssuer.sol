// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1822Proxiable} from "@openzeppelin/contracts/interfaces/draft-IERC1822.sol";

/// @dev Claims to be upgradeable, but keeps its implementation in another slot than ERC-1967's.
contract WrongUuidIssuer is IERC1822Proxiable {
    function proxiableUUID() external pure returns (bytes32) {
        return bytes32(uint256(1));
    }
}
