// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev A wallet whose owner signs for it, by ERC-1271. An EIP-7702 account can delegate to it too: the owner is in the
/// code. What follows the owner's 65 bytes is ignored, as some wallets add words of their own.
contract SmartWallet is IERC1271 {
    uint256 private constant ECDSA_BYTES = 65;

    address private immutable OWNER;

    constructor(address owner) {
        OWNER = owner;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length < ECDSA_BYTES) return 0xffffffff;
        (address recovered,,) = ECDSA.tryRecoverCalldata(hash, signature[:ECDSA_BYTES]);
        return recovered == OWNER ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
