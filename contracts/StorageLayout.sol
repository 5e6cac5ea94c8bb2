// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LedgerWords} from "./LedgerWords.sol";
import {Bridging} from "./powers/Bridging.sol";
import {Describing} from "./powers/Describing.sol";
import {Minting} from "./powers/Minting.sol";
import {Referencing} from "./powers/Referencing.sol";
import {Reserving} from "./powers/Reserving.sol";

/// @dev Never deployed. The compiler prints the layout of state variables only, so every namespaced struct stands here
/// as one; the layouts in the artifacts, and so the checks of upgrades, are read off this contract.
abstract contract StorageLayout {
    LedgerWords.LedgerStorage private ledgerStorage;
    Minting.MintingStorage private mintingStorage;
    Bridging.BridgingStorage private bridgingStorage;
    Referencing.ReferencingStorage private referencingStorage;
    Reserving.ReservingStorage private reservingStorage;
    Describing.DescribingStorage private describingStorage;
}
