// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LANE_INTERFACE_ID} from "../interfaces/IStablecoin.sol";
import {Issuer} from "../Issuer.sol";

/// @dev An upgrade that serves the holder functions itself. Some do their work, visibly different from the fast lane's;
/// all others, whatever they are, answer with their selector, so that a test can tell who served them.
contract LaneServingIssuer is Issuer {
    event Served(bytes4 indexed selector);

    /// @dev Answers also functions that nobody knows: a real upgrade would not.
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encodePacked("served", msg.sig);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(_ledger().head, msg.sender, to, value);
        emit Served(msg.sig);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        _allowance(msg.sender, spender).value = value;
        emit Served(msg.sig);
        return true;
    }

    function name() external pure returns (string memory) {
        return "Replaced Dollar";
    }

    function symbol() external pure returns (string memory) {
        return "RPLD";
    }

    function decimals() external pure returns (uint8) {
        return 2;
    }

    function balanceOf(address account) external view returns (uint256) {
        return uint128(_account(account).word) + 1;
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == LANE_INTERFACE_ID || super.supportsInterface(interfaceId);
    }
}
