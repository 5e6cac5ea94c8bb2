"""Sourcify, or an instance of one's own: https://docs.sourcify.dev, APIv2."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from stablecoin_tools.deployment.publishing.service import Patience, Pending, Service, refused
from stablecoin_tools.deployment.publishing.submission import Publication

if TYPE_CHECKING:
    from stablecoin_tools.deployment.publishing.submission import Submission

__all__ = ["SOURCIFY_URL", "Sourcify"]

SOURCIFY_URL: Final = "https://sourcify.dev/server"

_ALREADY: Final = "already_verified"
_MATCHES: Final = ("exact_match", "match")
_JOB: Final = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)


class Sourcify:
    """Publishes sources there; it takes no key.

    Args:
        url: Where it is.
        patience: How long it is waited for.

    Raises:
        ConfigError: If the URL is none.
    """

    def __init__(self, url: str = SOURCIFY_URL, *, patience: Patience | None = None) -> None:
        self._service = Service("Sourcify", url, patience or Patience())

    def publish(self, submission: Submission) -> Publication:
        """Hands a contract in, and waits until it was compiled and compared there.

        Raises:
            DeploymentError: If Sourcify does not find it so, or refuses it.
            Unreachable, RateLimited: If it does not answer, or not now; to publish again does nothing twice.
        """
        # A job that runs already is answered by "too many requests", so this waits for its end.
        job, there = self._service.until(lambda: self._handed_in(submission), over_trouble=False)
        return there or self._service.until(lambda: self._became_of(job, submission), over_trouble=True)

    def _handed_in(self, submission: Submission) -> tuple[str, Publication | None]:
        """The job that was begun, or what is there already."""
        known = {"creationTransactionHash": submission.creation_transaction} if submission.creation_transaction else {}
        answer = self._service.post(
            f"/v2/verify/{submission.chain_id}/{submission.address}",
            body={
                "stdJsonInput": dict(submission.standard_json),
                "compilerVersion": submission.compiler_version,
                "contractIdentifier": submission.full_name,
                **known,
            },
        )
        content = answer.content if isinstance(answer.content, dict) else {}
        job = content.get("verificationId")
        if answer.status == HTTPStatus.ACCEPTED and isinstance(job, str) and _JOB.fullmatch(job):
            return job, None
        if answer.status == HTTPStatus.CONFLICT and content.get("customCode") == _ALREADY:
            return "", self._publication(submission, _ALREADY, was_there=True)
        raise self._refusal(submission, content, answer.status)

    def _became_of(self, job: str, submission: Submission) -> Publication | Pending:
        answer = self._service.get(f"/v2/verify/{job}")
        content = answer.content if isinstance(answer.content, dict) else {}
        if content.get("isJobCompleted") is False:
            return Pending("it is still compiling")
        contract, error = content.get("contract"), content.get("error")
        if isinstance(error, dict):
            if error.get("customCode") == _ALREADY:
                return self._publication(submission, _ALREADY, was_there=True)
            raise self._refusal(submission, error, answer.status)
        match = contract.get("match") if isinstance(contract, dict) else None
        if content.get("isJobCompleted") is True and match in _MATCHES:
            return self._publication(submission, str(match))
        raise self._refusal(submission, content, answer.status)

    def _publication(self, submission: Submission, words: str, *, was_there: bool = False) -> Publication:
        return Publication(self._service.name, submission.full_name, submission.address, words, was_there)

    def _refusal(self, submission: Submission, content: dict[str, Any], status: int) -> Exception:
        code, words = content.get("customCode"), content.get("message")
        why = f"{code}: {words}" if code else f"HTTP status {status}, {words or 'and says no reason'}"
        return refused(
            f"Sourcify does not take {submission.full_name} at {submission.address}: {self._service.readable(why)}."
        )
