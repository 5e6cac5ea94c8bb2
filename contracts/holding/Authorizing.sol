// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Authorization, IAuthorizing} from "../interfaces/IAuthorizing.sol";
import {Identifying} from "./Identifying.sol";
import {Signing} from "./Signing.sol";

/// @dev The six terms of an authorization stand one after the other in the call data, as arguments and as a struct
/// alike. So they are never copied one by one: {Terms} is a pointer to them, and hashing them is one copy.
abstract contract Authorizing is Identifying, Signing, IAuthorizing {
    /// @dev Addresses as words: whoever makes a pointer to these has seen to it that they are addresses.
    struct Terms {
        uint256 from;
        uint256 to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }

    bytes32 private constant TRANSFER_WITH_AUTHORIZATION = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE_WITH_AUTHORIZATION = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant CANCEL_AUTHORIZATION = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    /// @dev What one payment of a skipping batch may use: enough for a first nonce, a new payee and a contract wallet,
    /// and as much as a hostile wallet can waste.
    uint256 private constant GAS_PER_PAYMENT = 200_000;
    /// @dev A call passes on 63 of 64 parts of what is left (EIP-150), less its own price.
    uint256 private constant GAS_TO_CALL = (GAS_PER_PAYMENT * 64) / 63 + 1_000;

    /// @inheritdoc IAuthorizing
    function transferWithAuthorization(
        address,
        address,
        uint256,
        uint256,
        uint256,
        bytes32,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        _settle(_lane(), TRANSFER_WITH_AUTHORIZATION, v, r, s);
    }

    /// @inheritdoc IAuthorizing
    function transferWithAuthorization(
        address,
        address,
        uint256,
        uint256,
        uint256,
        bytes32,
        bytes calldata signature
    ) external {
        _settle(_lane(), TRANSFER_WITH_AUTHORIZATION, _arguments(), signature);
    }

    /// @inheritdoc IAuthorizing
    function receiveWithAuthorization(
        address,
        address to,
        uint256,
        uint256,
        uint256,
        bytes32,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        uint256 head = _lane();
        if (to != msg.sender) revert CallerNotPayee(msg.sender, to);
        _settle(head, RECEIVE_WITH_AUTHORIZATION, v, r, s);
    }

    /// @inheritdoc IAuthorizing
    function receiveWithAuthorization(
        address,
        address to,
        uint256,
        uint256,
        uint256,
        bytes32,
        bytes calldata signature
    ) external {
        uint256 head = _lane();
        if (to != msg.sender) revert CallerNotPayee(msg.sender, to);
        _settle(head, RECEIVE_WITH_AUTHORIZATION, _arguments(), signature);
    }

    /// @inheritdoc IAuthorizing
    function transferWithAuthorizationBatch(Authorization[] calldata authorizations, bool skipsRefused) external {
        uint256 head = _lane();
        for (uint256 i = 0; i < authorizations.length; ++i) {
            Authorization calldata item = authorizations[i];
            if (skipsRefused) _settleOrSkip(item);
            else _settle(head, TRANSFER_WITH_AUTHORIZATION, _terms(item), item.signature);
        }
    }

    /// @inheritdoc IAuthorizing
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        _lane();
        _revertIfNotSigned(authorizer, _canceled(authorizer, nonce), v, r, s);
    }

    /// @inheritdoc IAuthorizing
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        _lane();
        _revertIfNotSigned(authorizer, _canceled(authorizer, nonce), signature);
    }

    /// @inheritdoc IAuthorizing
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool) {
        _laneForView();
        return _usedNonces(authorizer, nonce).word & _bitOf(nonce) != 0;
    }

    /// @inheritdoc IAuthorizing
    function TRANSFER_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32) {
        _laneForView();
        return TRANSFER_WITH_AUTHORIZATION;
    }

    /// @inheritdoc IAuthorizing
    function RECEIVE_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32) {
        _laneForView();
        return RECEIVE_WITH_AUTHORIZATION;
    }

    /// @inheritdoc IAuthorizing
    function CANCEL_AUTHORIZATION_TYPEHASH() external view returns (bytes32) {
        _laneForView();
        return CANCEL_AUTHORIZATION;
    }

    function _settle(uint256 head, bytes32 typehash, uint8 v, bytes32 r, bytes32 s) private {
        Terms calldata terms = _arguments();
        address from = address(uint160(terms.from));
        _revertIfNotSigned(from, _used(typehash, from, terms), v, r, s);
        _transfer(head, from, address(uint160(terms.to)), terms.value);
    }

    function _settle(uint256 head, bytes32 typehash, Terms calldata terms, bytes calldata signature) private {
        address from = address(uint160(terms.from));
        _revertIfNotSigned(from, _used(typehash, from, terms), signature);
        _transfer(head, from, address(uint160(terms.to)), terms.value);
    }

    /// @dev Settles in a call of its own, so that a refusal undoes this payment alone and tells its reason.
    /// Were the gas short, a payment might be skipped for that; so the whole batch is refused instead.
    function _settleOrSkip(Authorization calldata item) private {
        bytes memory payment = abi.encodeWithSignature(
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
            item.from,
            item.to,
            item.value,
            item.validAfter,
            item.validBefore,
            item.nonce,
            item.signature
        );
        if (gasleft() < GAS_TO_CALL) revert InsufficientGas(gasleft(), GAS_TO_CALL);
        bool isSettled;
        bytes memory reason;
        // `address(this).call{gas: GAS_PER_PAYMENT}(payment)`, which copies nothing and so uses nothing up before the call.
        assembly ("memory-safe") {
            isSettled := call(GAS_PER_PAYMENT, address(), 0, add(payment, 0x20), mload(payment), 0, 0)
            reason := mload(0x40)
            mstore(reason, returndatasize())
            returndatacopy(add(reason, 0x20), 0, returndatasize())
            mstore(0x40, add(reason, add(returndatasize(), 0x20)))
        }
        if (!isSettled) emit AuthorizationSkipped(item.from, item.nonce, reason);
    }

    /// @dev Uses up the nonce of an authorization that is valid now; returns what its authorizer must have signed.
    function _used(bytes32 typehash, address from, Terms calldata terms) private returns (bytes32) {
        if (block.timestamp <= terms.validAfter) revert AuthorizationNotYetValid(terms.validAfter);
        if (block.timestamp >= terms.validBefore) revert AuthorizationExpired(terms.validBefore);
        bytes32 nonce = terms.nonce;
        _useNonce(from, nonce);
        bytes32 topic = AuthorizationUsed.selector;
        // `emit AuthorizationUsed(from, nonce)`, without asking for memory.
        assembly ("memory-safe") {
            log3(0x00, 0x00, topic, from, nonce)
        }
        return _digest(_hashOf(typehash, terms));
    }

    function _canceled(address authorizer, bytes32 nonce) private returns (bytes32) {
        _useNonce(authorizer, nonce);
        emit AuthorizationCanceled(authorizer, nonce);
        return _digest(keccak256(abi.encode(CANCEL_AUTHORIZATION, authorizer, nonce)));
    }

    /// @dev One bit per nonce, 256 to a word: of nonces in sequence, all but the first of a word cost 5,000 gas, not 22,100.
    function _useNonce(address authorizer, bytes32 nonce) private {
        Bits storage used = _usedNonces(authorizer, nonce);
        uint256 bits = used.word;
        uint256 bit = _bitOf(nonce);
        if (bits & bit != 0) revert AuthorizationUsedOrCanceled(authorizer, nonce);
        used.word = bits | bit;
    }

    function _bitOf(bytes32 nonce) private pure returns (uint256) {
        return 1 << (uint256(nonce) & 0xff);
    }

    /// @dev `keccak256(abi.encode(typehash, from, to, value, validAfter, validBefore, nonce))`, in one copy.
    function _hashOf(bytes32 typehash, Terms calldata terms) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typehash)
            calldatacopy(add(words, 0x20), terms, 0xc0)
            hash := keccak256(words, 0xe0)
        }
    }

    /// @dev The first six arguments of the call, which stand behind the selector.
    function _arguments() private pure returns (Terms calldata terms) {
        assembly ("memory-safe") {
            terms := 4
        }
    }

    /// @dev The first six members of a struct, which stand where it begins. Refuses what is no address.
    function _terms(Authorization calldata authorization) private pure returns (Terms calldata terms) {
        assembly ("memory-safe") {
            terms := authorization
            if shr(160, or(calldataload(terms), calldataload(add(terms, 0x20)))) { revert(0, 0) }
        }
    }
}
