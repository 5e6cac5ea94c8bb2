// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Issuer} from "../Issuer.sol";
import {IStablecoin} from "../interfaces/IStablecoin.sol";

/// @dev An upgrade that serves the holder functions itself, each one visibly different from the fast lane's.
contract LaneServingIssuer is IStablecoin, Issuer {
    event Served(bytes4 indexed selector);

    function transfer(address to, uint256 value) external returns (bool) {
        _transfer(_ledger().head, msg.sender, msg.sender, to, value);
        emit Served(msg.sig);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _transfer(_ledger().head, msg.sender, from, to, value);
        emit Served(msg.sig);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        _ledger().allowances[msg.sender][spender] = value;
        emit Served(msg.sig);
        return true;
    }

    function name() external pure returns (string memory) {
        return "Replaced Dollar";
    }

    function symbol() external pure returns (string memory) {
        return "RPLD";
    }

    function currency() external pure returns (string memory) {
        return "XXX";
    }

    function decimals() external pure returns (uint8) {
        return 2;
    }

    function totalSupply() external view returns (uint256) {
        return uint128(_ledger().head) + 1;
    }

    function balanceOf(address account) external view returns (uint256) {
        return uint128(_ledger().accounts[account]) + 1;
    }

    function allowance(address owner, address spender) external view returns (uint256) {
        return _ledger().allowances[owner][spender] + 1;
    }

    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(IStablecoin).interfaceId || super.supportsInterface(interfaceId);
    }
}
