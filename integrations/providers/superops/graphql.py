"""Asking SuperOps: everything is a POST, and most refusals come as a good answer with errors in it.

A refusal's code stands in `errors[].extensions.clientError[].code`, its message is often empty:
https://support.superops.com/en/articles/6632228-handling-errors
"""

from typing import Any

import httpx2

from integrations.errors import Gone, OutcomeUnknown, Refused, RemoteError, SignInRefused, Unreachable
from integrations.http import UNKNOWN_WAIT, Http, object_in

TOO_MANY = "rate_limit_exceeded"  # 800 a minute
NOT_ALLOWED = frozenset({"forbidden", "unauthorized", "access_denied"})
NOT_THERE = frozenset({"entity_does_not_exist", "not_found"})
OURS = frozenset({"ValidationError", "InvalidSyntax", "OperationNotSupported"})  # what was asked cannot be asked


def ask(http: Http, path: str, document: str, *, need: str, safe: bool, **variables: Any) -> dict[str, Any]:
    """Return the answer's data; `need` is the field that must be there for the answer to be one, others may be refused.

    Raises RemoteError: OutcomeUnknown only where asking twice is not safe.
    """
    answer = http.json("POST", path, json={"query": document, "variables": variables}, safe=safe)
    data = answer.get("data") if isinstance(answer, dict) else None
    found: dict[str, Any] = data if isinstance(data, dict) else {}
    if isinstance(answer, dict) and answer.get("errors"):
        error = meaning(answer["errors"], safe)
        was_done = found.get(need) is not None
        if not (was_done and (not safe or isinstance(error, Refused))):
            raise error
    elif not found or (not safe and found.get(need) is None):
        raise _lost("The answer is empty.", safe)
    return found


def meaning(errors: object, safe: bool) -> RemoteError:
    """Return the error that the errors of an answer mean."""
    codes, kinds, text = codes_of(errors), _kinds(errors), words(errors)
    if NOT_ALLOWED & codes:
        return SignInRefused(f"Not permitted: {text}")
    if NOT_THERE & codes:
        return Gone("There is no such record.")
    if codes or OURS & kinds:
        return Refused(text)
    return _lost(f"Answers with an error of its own ({text}).", safe)


def codes_of(errors: object) -> set[str]:
    return {str(entry.get("code")) for entry in _client_errors(errors) if entry.get("code")}


def words(errors: object) -> str:
    """Return what went wrong, for people: the codes with the fields they are about, or else the messages."""
    told = []
    for entry in _client_errors(errors):
        param = entry.get("param")
        fields = param.get("attributes") if isinstance(param, dict) else None
        about = ", ".join(map(str, fields)) if isinstance(fields, list) else ""
        told.append(f"{entry.get('code')}: {about}" if about else str(entry.get("code")))
    messages = [str(error.get("message") or error.get("code") or "") for error in _objects(errors)]
    return " ".join(filter(None, told or messages))[:300] or "no reason given"


def said(response: httpx2.Response) -> str:
    """Return the reason of a refusal with a status of its own: a wrong token or subdomain, or a file that was not taken."""
    body = object_in(response)
    return words(body["errors"]) if body.get("errors") else str(body.get("error") or "")


def rest(response: httpx2.Response) -> float | None:
    """Return how long to wait where the minute's requests are used up, which is said in a good answer."""
    if TOO_MANY.encode() not in response.content:
        return None
    body = object_in(response)
    return UNKNOWN_WAIT if TOO_MANY in codes_of(body.get("errors")) else None


def _lost(text: str, safe: bool) -> RemoteError:
    return Unreachable(text) if safe else OutcomeUnknown(f"{text} It may have been carried out.")


def _objects(found: object) -> list[dict[str, Any]]:
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _extensions(errors: object) -> list[dict[str, Any]]:
    return _objects([error.get("extensions") for error in _objects(errors)])


def _client_errors(errors: object) -> list[dict[str, Any]]:
    return [entry for found in _extensions(errors) for entry in _objects(found.get("clientError"))]


def _kinds(errors: object) -> set[str]:
    return {str(found.get("classification")) for found in _extensions(errors)}
