"""setContractURI(uri)

when the caller has no DEFAULT_ADMIN_ROLE: reverts
otherwise: sets where the description is, however long that is, emits ContractURIUpdated
given none was set: empty
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stablecoin_tools.reverts import AccessControlUnauthorizedAccount
from stablecoin_tools.roles import Role
from stablecoin_tools.token.events import ContractURIUpdated
from tests.contracts.words import answer_of, call_of, said, told
from tests.world import reverts

if TYPE_CHECKING:
    from tests.world import World

URI = "https://coin.example/about.json"


def test_is_empty_at_first(local: World) -> None:
    assert answer_of(local, "contractURI") == ""


@pytest.mark.parametrize("uri", [URI, "", "é" * 16, "data:application/json," + "x" * 500])
def test_sets_where_the_description_is(local: World, uri: str) -> None:
    local.do(call_of(local, "setContractURI", "https://coin.example/" + "o" * 100), by="admin")

    events = local.do(call_of(local, "setContractURI", uri), by="admin")

    assert told(events) == [said(ContractURIUpdated)]
    assert answer_of(local, "contractURI") == uri


@pytest.mark.parametrize("caller", ["minter_admin", "upgrader", "alice"])
def test_reverts_when_the_caller_is_not_the_admin(local: World, caller: str) -> None:
    with reverts(
        AccessControlUnauthorizedAccount,
        account=local.address(caller),
        needed_role=Role.DEFAULT_ADMIN_ROLE.identifier,
    ):
        local.do(call_of(local, "setContractURI", URI), by=caller)
