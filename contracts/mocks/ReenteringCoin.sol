// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev Speaks EIP-3009, asks for no signature, and calls somebody else before each move; a refusal does not stop it.
contract ReenteringCoin is ERC20("Reentering Coin", "RNTR") {
    address private _target;
    bytes private _message;

    /// @notice How often it called, and how many of these calls were not refused.
    uint256 public attempts;
    uint256 public successes;

    /// @param holder Who holds all of it.
    constructor(address holder) {
        _mint(holder, 1_000_000_000);
    }

    function prepare(address target, bytes calldata message) external {
        _target = target;
        _message = message;
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        uint8,
        bytes32,
        bytes32
    ) external {
        _reenter();
        _transfer(from, to, value);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        _reenter();
        return super.transfer(to, value);
    }

    function _reenter() private {
        (bool succeeded,) = _target.call(_message);
        ++attempts;
        if (succeeded) ++successes;
    }
}
