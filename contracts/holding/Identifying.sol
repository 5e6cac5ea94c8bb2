// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {IIdentifying, Identity} from "../interfaces/IIdentifying.sol";
import {Lane} from "./Lane.sol";

/// @dev All of it stands in the code, so that neither a name nor a signature costs a storage read.
abstract contract Identifying is Lane, IIdentifying {
    uint8 private constant MAX_DECIMALS = 18;
    uint256 private constant MAX_WORD_BYTES = 31;
    string private constant VERSION = "1";
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    /// @dev ERC-5267: the domain has a name, a version, a chain id and a contract, but no salt.
    bytes1 private constant DOMAIN_FIELDS = 0x0f;

    ShortString private immutable NAME;
    ShortString private immutable SYMBOL;
    ShortString private immutable CURRENCY;
    uint8 private immutable DECIMALS;
    uint256 private immutable CHAIN_ID;
    bytes32 private immutable SEPARATOR;

    constructor(Identity memory identity) {
        if (!_isValid(identity)) revert InvalidIdentity(identity);
        NAME = ShortStrings.toShortString(identity.name);
        SYMBOL = ShortStrings.toShortString(identity.symbol);
        CURRENCY = ShortStrings.toShortString(identity.currency);
        DECIMALS = identity.decimals;
        CHAIN_ID = block.chainid;
        SEPARATOR = _separatorOf(identity.name);
    }

    /// @inheritdoc IIdentifying
    function name() external view returns (string memory) {
        _laneForView();
        return ShortStrings.toString(NAME);
    }

    /// @inheritdoc IIdentifying
    function symbol() external view returns (string memory) {
        _laneForView();
        return ShortStrings.toString(SYMBOL);
    }

    /// @inheritdoc IIdentifying
    function currency() external view returns (string memory) {
        _laneForView();
        return ShortStrings.toString(CURRENCY);
    }

    /// @inheritdoc IIdentifying
    function decimals() external view returns (uint8) {
        _laneForView();
        return DECIMALS;
    }

    /// @inheritdoc IIdentifying
    function version() external view returns (string memory) {
        _laneForView();
        return VERSION;
    }

    /// @inheritdoc IIdentifying
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        _laneForView();
        return _domainSeparator();
    }

    /// @inheritdoc IIdentifying
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        _laneForView();
        return (
            DOMAIN_FIELDS,
            ShortStrings.toString(NAME),
            VERSION,
            block.chainid,
            address(this),
            bytes32(0),
            new uint256[](0)
        );
    }

    /// @dev What a holder signs for a struct of this hash: `keccak256("\x19\x01" . domain . struct)`. Source: EIP-712.
    function _digest(bytes32 structHash) internal view returns (bytes32 digest) {
        bytes32 separator = _domainSeparator();
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, "\x19\x01")
            mstore(add(words, 0x02), separator)
            mstore(add(words, 0x22), structHash)
            digest := keccak256(words, 0x42)
        }
    }

    /// @dev After a fork of the chain, signatures for one side must not hold on the other.
    function _domainSeparator() private view returns (bytes32) {
        return block.chainid == CHAIN_ID ? SEPARATOR : _separatorOf(ShortStrings.toString(NAME));
    }

    function _separatorOf(string memory named) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256(bytes(named)), keccak256(bytes(VERSION)), block.chainid, address(this)
            )
        );
    }

    function _isValid(Identity memory identity) private pure returns (bool) {
        return _isWord(identity.name) && _isWord(identity.symbol) && _isWord(identity.currency)
            && identity.decimals <= MAX_DECIMALS;
    }

    function _isWord(string memory text) private pure returns (bool) {
        return bytes(text).length != 0 && bytes(text).length <= MAX_WORD_BYTES;
    }
}
