// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev An ordinary token, all of which is at `holder`; it can be told to refuse by answering false.
contract StrayToken is ERC20 {
    bool private immutable REFUSES;

    constructor(address holder, uint256 supply, bool refuses) ERC20("Stray", "STRAY") {
        REFUSES = refuses;
        _mint(holder, supply);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return !REFUSES && super.transfer(to, value);
    }
}
