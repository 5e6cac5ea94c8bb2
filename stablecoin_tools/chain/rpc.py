"""Questions to a node and their answers: one at a time, or many in one round trip."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from stablecoin_tools.chain.answers import typed_error
from stablecoin_tools.chain.transport import is_refusing_status
from stablecoin_tools.errors import ChainError, NodeRefused, RateLimited, StablecoinError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stablecoin_tools.chain.transport import Transport

__all__ = ["MAX_BATCH", "Question", "Rpc"]

T = TypeVar("T")

MAX_BATCH: Final = 100
"""The most questions put into one request; every provider that takes batches takes that many."""

_SHOWN: Final = 120


class Question(NamedTuple, Generic[T]):
    """A JSON-RPC request, and how its answer is read."""

    read: Callable[[Any], T]
    method: str
    params: tuple[Any, ...] = ()


class Rpc:
    """A node behind a transport; nothing but an answer or a typed error ever comes of a question.

    Many questions go out as JSON-RPC batches, as long as the transport has `make_batch_request` and the node takes
    them. Once it refuses one, each question goes alone.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._make_batch_request = getattr(transport, "make_batch_request", None)

    def ask(self, question: Question[T]) -> T:
        """Asks one question.

        Raises:
            ChainError: If the node does not answer, or refuses.
            Reverted: If a call is refused by the contract.
        """
        try:
            answer = self._transport.make_request(question.method, list(question.params))
        except (OSError, ValueError) as error:  # how web3's providers fail; the message may hold the URL
            raise _unanswered(error) from None
        if not isinstance(answer, dict):
            raise NodeRefused("The node answers something else than a JSON-RPC response.")
        return _read(question, answer)

    def ask_all(self, questions: Sequence[Question[T]]) -> list[T | StablecoinError]:
        """Asks many questions, at most `MAX_BATCH` a round trip.

        Returns:
            For each its answer or its error, in their order. Once a whole request finds no answer, the questions left
            have that error too, and are not asked: a dead node costs one timeout, not one a question.
        """
        found: list[T | StablecoinError] = []
        try:
            for answer in self._answers(questions):
                found.append(answer)  # noqa: PERF402  # what came before an error is kept
        except (Unreachable, RateLimited) as error:
            found += [error] * (len(questions) - len(found))
        return found

    def _answers(self, questions: Sequence[Question[T]]) -> Iterator[T | StablecoinError]:
        for start in range(0, len(questions), MAX_BATCH):
            chunk = questions[start : start + MAX_BATCH]
            answers = self._batch(chunk)
            if answers is None:
                yield from map(self._alone, chunk)
            else:
                yield from map(_from_batch, chunk, answers)

    def _alone(self, question: Question[T]) -> T | StablecoinError:
        try:
            return self.ask(question)
        except (Unreachable, RateLimited):
            raise
        except StablecoinError as error:
            return error

    def _batch(self, questions: Sequence[Question[T]]) -> list[Any] | None:
        """The answers to one batch in the order of the questions, or None where each must be asked alone."""
        ask = self._make_batch_request  # another thread may find at any time that the node refuses
        if ask is None or len(questions) == 1:
            return None
        try:
            answers = ask([(asked.method, list(asked.params)) for asked in questions])
        except (NodeRefused, NotImplementedError, RuntimeWarning):  # web3 warns where an answer has no id
            answers = None
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # how web3's providers fail
            if not is_refusing_status(_status(error)):
                raise _unanswered(error) from None
            answers = None
        if _refuses_batches(answers):
            self._make_batch_request = None
            return None
        return _told_apart(answers, len(questions))


def _refuses_batches(answers: Any) -> bool:
    """Whether a node takes no batches: it answers one error for all, or nothing but errors about batches.

    Raises:
        RateLimited: If the one error says that the node is busy.
    """
    if isinstance(answers, list) and len(answers) == 1 and _is_for_all(answers[0]):
        answers = answers[0]
    if isinstance(answers, list):
        return any(map(_is_about_batches, answers)) and all(not one or _is_about_batches(one) for one in answers)
    if isinstance(answers, dict) and not _is_about_batches(answers):
        error = typed_error("a batch", answers.get("error"))
        if isinstance(error, RateLimited):
            raise error
    return True


def _is_for_all(answer: Any) -> bool:
    return isinstance(answer, dict) and answer.get("id") is None


def _is_about_batches(answer: Any) -> bool:
    return isinstance(answer, dict) and "batch" in str(answer.get("error")).lower()


def _told_apart(answers: list[Any], count: int) -> list[Any]:
    """The answers, if it is sure which is whose; else nothing for each question.

    Our own transport leaves None where an answer is missing; a provider of web3 leaves a gap, and sorts by id.
    """
    ids = [repr(answer.get("id")) for answer in answers if isinstance(answer, dict)]
    return answers if len(answers) == count and len(set(ids)) == len(ids) else [None] * count


def _from_batch(question: Question[T], answer: Any) -> T | StablecoinError:
    if not isinstance(answer, dict) or answer.keys().isdisjoint(("result", "error")):
        return Unreachable(f"The node left {question.method} out of its answer to a batch.")
    try:
        return _read(question, answer)
    except StablecoinError as error:
        return error


def _read(question: Question[T], answer: dict[str, Any]) -> T:
    if answer.get("error") is not None:
        raise typed_error(question.method, answer["error"])
    try:
        return question.read(answer["result"])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise NodeRefused(f"The node's answer to {question.method} makes no sense: {str(answer)[:_SHOWN]}") from None


def _status(error: Exception) -> int:
    return getattr(getattr(error, "response", None), "status_code", None) or 0


def _unanswered(error: Exception) -> ChainError:
    if _status(error) == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited("The node answers: too many requests.")
    return Unreachable(f"The node cannot be reached: {type(error).__name__}.")
