// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ledger} from "./Ledger.sol";
import {Minting} from "./powers/Minting.sol";

/// @dev Never deployed. The compiler prints the layout of state variables only, so every namespaced struct stands here
/// as one; the layouts in the artifacts, and so the checks of upgrades, are read off this contract.
abstract contract StorageLayout {
    Ledger.LedgerStorage private ledgerStorage;
    Minting.MintingStorage private mintingStorage;
}
