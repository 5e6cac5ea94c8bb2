// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISigning} from "../interfaces/ISigning.sol";

/// @dev ECDSA is tried before ERC-1271: an account that signs with its own key is never asked for code, so an EIP-7702
/// account can pay whatever it delegates to.
abstract contract Signing is ISigning {
    uint256 private constant ECDSA_BYTES = 65;
    /// @dev Of the two signatures that every message has, the one with the lower s counts. Source: EIP-2.
    uint256 private constant HALF_OF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @dev Signatures of 65 bytes may be of either kind; all others are a contract's.
    function _revertIfNotSigned(address signer, bytes32 digest, bytes calldata signature) internal view {
        if (signature.length == ECDSA_BYTES) {
            uint8 v;
            bytes32 r;
            bytes32 s;
            assembly ("memory-safe") {
                r := calldataload(signature.offset)
                s := calldataload(add(signature.offset, 0x20))
                v := byte(0, calldataload(add(signature.offset, 0x40)))
            }
            if (_isSignedByKey(signer, digest, v, r, s)) return;
        }
        _revertIfNotSignedByContract(signer, digest, signature);
    }

    function _revertIfNotSigned(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s) internal view {
        if (!_isSignedByKey(signer, digest, v, r, s)) {
            _revertIfNotSignedByContract(signer, digest, abi.encodePacked(r, s, v));
        }
    }

    function _revertIfNotSignedByContract(address signer, bytes32 digest, bytes memory signature) private view {
        if (signer.code.length == 0 || !SignatureChecker.isValidERC1271SignatureNow(signer, digest, signature)) {
            revert InvalidSignature(signer);
        }
    }

    /// @dev `ECDSA.recover(digest, v, r, s) == signer`, without a revert and in fewer steps. What the precompile refuses,
    /// it does not answer: the zero that stands there then is nobody's address.
    function _isSignedByKey(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s)
        private
        view
        returns (bool isSigned)
    {
        if (uint256(s) > HALF_OF_ORDER) return false;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, digest)
            mstore(add(words, 0x20), v)
            mstore(add(words, 0x40), r)
            mstore(add(words, 0x60), s)
            mstore(0x00, 0)
            pop(staticcall(gas(), 1, words, 0x80, 0x00, 0x20))
            isSigned := and(eq(mload(0x00), signer), iszero(iszero(signer)))
        }
    }
}
