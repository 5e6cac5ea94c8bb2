// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReferencing} from "../interfaces/IReferencing.sol";

/// @title References that are used once
/// @dev One bit each, 256 to a word: of references in sequence, 255 of 256 cost 5,000 gas instead of 22,100.
abstract contract Referencing is IReferencing {
    /// @custom:storage-location erc7201:stablecoin.storage.Referencing
    struct ReferencingStorage {
        mapping(address owner => mapping(uint256 wordIndex => uint256 bits)) used;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Referencing")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant REFERENCING_STORAGE = 0x464e47d0540c6c5cc26fa16f048228cdf32e50368b4f3bb73d9155d617891900;

    /// @dev The owner of the issuer's own references; those of holders are apart, so that nobody uses up another's.
    address internal constant ISSUER = address(0);

    /// @inheritdoc IReferencing
    function isReferenceUsed(bytes32 ref) external view returns (bool) {
        return _isReferenceUsed(ISSUER, ref);
    }

    /// @inheritdoc IReferencing
    function isReferenceUsed(address holder, bytes32 ref) external view returns (bool) {
        return _isReferenceUsed(holder, ref);
    }

    function _useReference(address owner, bytes32 ref) internal {
        if (_isReferenceUsed(owner, ref)) revert ReferenceUsed(ref);
        _referencing().used[owner][uint256(ref) >> 8] |= _bitOf(ref);
    }

    function _isReferenceUsed(address owner, bytes32 ref) private view returns (bool) {
        return _referencing().used[owner][uint256(ref) >> 8] & _bitOf(ref) != 0;
    }

    function _bitOf(bytes32 ref) private pure returns (uint256) {
        return 1 << (uint256(ref) & 0xff);
    }

    function _referencing() private pure returns (ReferencingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := REFERENCING_STORAGE
        }
    }
}
