// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    AccessControlDefaultAdminRulesUpgradeable
} from "@openzeppelin/contracts-upgradeable/access/extensions/AccessControlDefaultAdminRulesUpgradeable.sol";
import {IDescribing} from "../interfaces/IDescribing.sol";

abstract contract Describing is IDescribing, AccessControlDefaultAdminRulesUpgradeable {
    /// @custom:storage-location erc7201:stablecoin.storage.Describing
    struct DescribingStorage {
        string contractURI;
    }

    // keccak256(abi.encode(uint256(keccak256("stablecoin.storage.Describing")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant DESCRIBING_STORAGE = 0x960ca42671b79a76ed97b3c125f3da6c171cf298bc46093530270e98c40a6000;

    /// @inheritdoc IDescribing
    function setContractURI(string calldata uri) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _describing().contractURI = uri;
        emit ContractURIUpdated();
    }

    /// @inheritdoc IDescribing
    function contractURI() external view returns (string memory) {
        return _describing().contractURI;
    }

    function _describing() private pure returns (DescribingStorage storage $) {
        assembly ("memory-safe") {
            $.slot := DESCRIBING_STORAGE
        }
    }
}
