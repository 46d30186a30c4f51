"""Calls of Slack's Web API, whose errors come with HTTP 200: https://docs.slack.dev/apis/web-api#evaluating-responses."""

from time import sleep
from typing import Any
from urllib.parse import urlsplit

import httpx2

from integrations.addresses import is_allowed
from integrations.answers import asked_to_wait
from integrations.errors import Busy, Gone, OutcomeUnknown, Refused, RemoteError, SignInRefused, Unreachable
from integrations.http import LONGEST_WAIT, UNKNOWN_WAIT, Http, object_in
from integrations.limiter import Rate, wait_for

RATE = Rate(calls=100, seconds=60)
POSTS = Rate(calls=1, seconds=1)  # of one channel
TRIES = 4
HOSTS = (".slack.com", ".slack-gov.com")
SIGN_IN = frozenset(
    {
        *("not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "missing_scope"),
        *("no_permission", "org_login_required", "ekm_access_denied", "access_denied", "not_allowed_token_type"),
        "team_access_not_granted",
    }
)
MISSING = frozenset(
    {
        *("channel_not_found", "is_archived", "not_in_channel", "message_not_found", "thread_not_found"),
        *("users_not_found", "user_not_found", "user_not_visible", "file_not_found"),
    }
)
TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
LIMITS = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
ADVICE = {
    "not_in_channel": "Invite the app to the channel.",
    "channel_not_found": "There is no such channel, or the app is not in it.",
    "is_archived": "The channel is archived.",
    "missing_scope": "The app lacks a scope. Add it and install the app again.",
    "users_not_found": "Nobody there has this e-mail address.",
}


class SlackApi:
    """A connection's calls; each method is named as Slack names it."""

    def __init__(self, http: Http, name: str) -> None:
        self.http = http
        self._name = name

    def get(self, method: str, **given: Any) -> dict[str, Any]:
        """Ask for something. Raises RemoteError."""
        return self._judged(self.http.send("GET", f"/{method}", params=given), safe=True)

    def post(self, method: str, *, safe: bool = False, **given: Any) -> dict[str, Any]:
        """Do something; `safe` says that doing it twice does no harm. Raises RemoteError."""
        return self._judged(self.http.send("POST", f"/{method}", json=given, safe=safe), safe=safe)

    def say(self, channel: str, **message: Any) -> dict[str, Any]:
        """Post a message when the channel may have one. Raises RemoteError."""
        self.wait_for_turn(channel)
        return self.post("chat.postMessage", channel=channel, unfurl_links=False, unfurl_media=False, **message)

    def wait_for_turn(self, channel: str) -> None:
        """Wait until the channel may have a post: Slack allows one a second. Raises Busy where many wait."""
        for _ in range(TRIES):
            wait = wait_for(f"{self._name}:{channel}", POSTS)
            if not wait:
                return
            sleep(min(wait, LONGEST_WAIT))
        raise Busy("Many messages wait for this channel; going on later.", POSTS.seconds)

    def post_to(self, address: str, **options: Any) -> None:
        """Post to an address that Slack told us, where the address alone is what counts, without our token. Twice does no harm.

        Raises RemoteError; Refused for an address that is not Slack's.
        """
        there = urlsplit(own_address(address))
        client = Http(name=self._name, base_url=f"{there.scheme}://{there.netloc}", rate=RATE, said=said)
        path = f"{there.path}?{there.query}" if there.query else there.path
        try:
            client.send("POST", path, safe=True, **options)
        finally:
            client.close()

    @staticmethod
    def _judged(response: httpx2.Response, *, safe: bool) -> dict[str, Any]:
        """Return a good answer; raise what `ok: false` means."""
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise _lost("The answer is no JSON object.", safe=safe)
        if body.get("ok") is True:
            return body
        raise _meant(str(body.get("error") or "unknown_error"), response, safe=safe)


def own_address(address: str) -> str:
    """Return an address that Slack told us, if it leads to Slack. Raises Refused."""
    there = urlsplit(address)
    host = (there.hostname or "").lower()
    if (there.scheme == "https" and f".{host}".endswith(HOSTS)) or is_allowed(host):
        return address
    raise Refused("Slack named an address that is not its own.")


def _lost(text: str, *, safe: bool) -> RemoteError:
    return Unreachable(text) if safe else OutcomeUnknown(f"{text} It may have been carried out.")


def _meant(code: str, response: httpx2.Response, *, safe: bool) -> RemoteError:
    text = f"Slack answers {code[:100]}. {ADVICE.get(code, '')}".strip()
    if code in LIMITS:
        return Busy(text, asked_to_wait(response) or UNKNOWN_WAIT)
    if code in TROUBLE:
        return _lost(text, safe=safe)
    if code in SIGN_IN:
        return SignInRefused(text)
    return Gone(text) if code in MISSING else Refused(text)


def said(response: httpx2.Response) -> str:
    """Return the reason of a refusal that comes with a status of its own."""
    return str(object_in(response).get("error", ""))
