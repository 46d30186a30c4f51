"""Salesforce cases over the REST API. Outbound messages say which of them changed."""

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import httpx2

from integrations.choices import Ability
from integrations.errors import Gone, Refused
from integrations.http import UNKNOWN_WAIT, Http
from integrations.limiter import Rate
from integrations.provider import (
    Acknowledgement,
    Call,
    Defaults,
    Draft,
    Identity,
    OutgoingComment,
    OutgoingFile,
    Page,
    RemoteFile,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.salesforce import mapping, models, webhook
from integrations.shapes import needed, readable
from integrations.typed import TypedProvider

PAGES_AT_MOST = 20
OVERLAP = timedelta(minutes=2)
RATE = Rate(calls=50, seconds=5)
BAD_REQUEST = 400
CASE = "Id, CaseNumber, Subject, Description, Status, Priority, CreatedDate, LastModifiedDate"


class SalesforceProvider(TypedProvider[models.SalesforceSettings, models.SalesforceCredentials]):
    settings_model = models.SalesforceSettings
    credentials_model = models.SalesforceCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(Ability) - {
        Ability.EDIT,
        Ability.TRANSITION,
        Ability.LINK_BACK,
        Ability.NOTIFY,
    }
    defaults: ClassVar[Defaults] = mapping.DEFAULTS

    def _http(self, headers: Mapping[str, str]) -> Http:
        return Http(name=self.name, base_url=self.settings.base_url, headers=headers, rate=RATE, said=said, rest=rest)

    def client(self) -> Http:
        """Sign in, and return a client with the token. Raises RemoteError."""
        door = self._http({"Accept": "application/json"})
        form = {
            "grant_type": "client_credentials",
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret.get_secret_value(),
        }
        try:
            answer = door.json("POST", "/services/oauth2/token", data=form, safe=True)
        finally:
            door.close()
        token = models.Token.model_validate(answer).access_token
        return self._http({"Accept": "application/json", "Authorization": f"Bearer {token}"})

    def test(self) -> Identity:
        """Prove that we may sign in and read cases."""
        me = models.Account.model_validate(self.http.get("/services/oauth2/userinfo"))
        self.http.get(self._object("Case/describe"))
        return Identity(me.user_id, me.preferred_username)

    def create(self, draft: Draft) -> RemoteRef:
        """Make the case under its external id: sent twice, it is the same case."""
        made = self.http.json("PATCH", self._marked(draft.marker), json=mapping.encoded(draft.fields), safe=True)
        return mapping.reference(self._case(models.Made.model_validate(made).id), self.settings)

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        try:
            return mapping.reference(models.Case.model_validate(self.http.get(self._marked(marker))), self.settings)
        except Gone:
            return None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        path = self._object(f"Case/{quote(ref.id, safe='')}")
        self.http.json("PATCH", path, json=mapping.encoded(fields), safe=True)

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        body = {"ParentId": ref.id, "CommentBody": text_of(comment), "IsPublished": comment.is_public}
        return models.Made.model_validate(self.http.json("POST", self._object("CaseComment"), json=body)).id

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        """Look for the same words, for comments carry no marks."""
        wanted = text_of(comment).split()
        return next((found.Id for found in self._comments(ref) if found.CommentBody.split() == wanted), None)

    def is_comment_gone(self, ref: RemoteRef, comment_id: str) -> bool:
        asked = f"SELECT Id FROM CaseComment WHERE Id = '{escaped(comment_id)}'"  # noqa: S608
        return not any(self._all(asked))

    def attach(self, ref: RemoteRef, file: OutgoingFile) -> str:
        body = {
            "Title": file.filename[:255],
            "PathOnClient": file.filename,
            "VersionData": base64.b64encode(file.content.read()).decode(),
            "FirstPublishLocationId": ref.id,
        }
        return models.Made.model_validate(self.http.json("POST", self._object("ContentVersion"), json=body)).id

    def find_file(self, ref: RemoteRef, file: OutgoingFile) -> str | None:
        title = escaped(file.filename[:255])
        asked = (
            f"SELECT Id FROM ContentVersion WHERE FirstPublishLocationId = '{escaped(ref.id)}' AND Title = '{title}'"  # noqa: S608
        )
        return next((str(found["Id"]) for found in self._all(asked)), None)

    def read(self, ref: RemoteRef) -> RemoteRecord:
        comments = tuple(mapping.comment(found) for found in self._comments(ref))
        return mapping.record(self._case(ref.id), self.settings, comments, tuple(self._files(ref)))

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        now = datetime.now(UTC)
        since = datetime.fromisoformat(cursor["since"]) if "since" in cursor else now
        moment = (since - OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        asked = f"SELECT {CASE} FROM Case WHERE LastModifiedDate >= {moment} ORDER BY LastModifiedDate"  # noqa: S608
        return self._page(cursor, asked, {"since": cursor.get("began", now.isoformat())}, now)

    def history(self, cursor: Mapping[str, Any]) -> Page:
        return self._page(cursor, f"SELECT {CASE} FROM Case ORDER BY CreatedDate", {}, datetime.now(UTC))  # noqa: S608

    def _page(self, cursor: Mapping[str, Any], asked: str, after: dict[str, Any], now: datetime) -> Page:
        found = self._query(asked, cursor.get("next"))
        records = [mapping.record(case, self.settings) for case in readable(models.Case, found.records)]
        if not found.nextRecordsUrl:
            return Page(records, after, more=False)
        on = {"next": found.nextRecordsUrl, "began": cursor.get("began", now.isoformat())}
        return Page(records, {**cursor, **on}, more=True)

    @classmethod
    def calls_in(cls, call: Call, settings: Mapping[str, Any]) -> list[Call]:
        return webhook.notifications_in(call, cls._settings(settings))

    @classmethod
    def acknowledged(cls, call: Call, answer: str) -> Acknowledgement | None:
        return webhook.ACKNOWLEDGEMENT

    def _object(self, path: str) -> str:
        return f"/services/data/v{self.settings.version}/sobjects/{path}"

    def _marked(self, marker: str) -> str:
        return self._object(f"Case/{self.settings.external_id_field}/{quote(marker, safe='')}")

    def _case(self, pk: str) -> models.Case:
        return needed(models.Case, self.http.get(self._object(f"Case/{quote(pk, safe='')}")))

    def _comments(self, ref: RemoteRef) -> Iterator[models.CaseComment]:
        columns = "Id, CommentBody, IsPublished, CreatedDate, CreatedBy.Name"
        asked = f"SELECT {columns} FROM CaseComment WHERE ParentId = '{escaped(ref.id)}' ORDER BY CreatedDate"  # noqa: S608
        yield from readable(models.CaseComment, self._all(asked))

    def _files(self, ref: RemoteRef) -> Iterator[RemoteFile]:
        """Yield the newest versions of the case's files, and its attachments of old; an edition without either kind has none of it.

        https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_blob_retrieve.htm
        """
        case = escaped(ref.id)
        document = "ContentDocument.LatestPublishedVersionId, ContentDocument.Title, ContentDocument.FileExtension"
        asked = f"SELECT Id, {document} FROM ContentDocumentLink WHERE LinkedEntityId = '{case}'"  # noqa: S608
        for link in readable(models.DocumentLink, self._unless_unknown(asked)):
            yield mapping.document(link.ContentDocument, self._object("ContentVersion"))
        asked = f"SELECT Id, Name FROM Attachment WHERE ParentId = '{case}'"  # noqa: S608
        for found in readable(models.Attachment, self._unless_unknown(asked)):
            yield RemoteFile(found.Id, found.Name, f"{self._object('Attachment')}/{found.Id}/Body")

    def _unless_unknown(self, asked: str) -> Iterator[dict[str, object]]:
        """Ask for rows of an object that not every organization has."""
        try:
            yield from self._all(asked)
        except Refused as error:
            if error.status != BAD_REQUEST:
                raise

    def _query(self, asked: str, following: str | None) -> models.Records:
        """Raises Refused for a next page that lies elsewhere: our token would go there."""
        data = "/services/data/"
        if following is not None and not following.startswith(data):
            raise Refused("The next page is not where it should be.")
        path = following or f"{data}v{self.settings.version}/query"
        return models.Records.model_validate(self.http.get(path, params=None if following else {"q": asked}))

    def _all(self, asked: str) -> Iterator[dict[str, object]]:
        following: str | None = None
        for _ in range(PAGES_AT_MOST):
            found = self._query(asked, following)
            yield from found.records
            following = found.nextRecordsUrl
            if not following:
                return


def text_of(comment: OutgoingComment) -> str:
    return f"{comment.author}:\n\n{comment.body}"[: mapping.LONGEST_COMMENT]


def escaped(text: str) -> str:
    """Return text as it may stand between SOQL's quotes."""
    return text.replace("\\", "\\\\").replace("'", "\\'")


def said(response: httpx2.Response) -> str:
    """Return the reasons of a refusal: a list, or for signing in an object."""
    try:
        body = response.json()
    except ValueError:
        return ""
    if isinstance(body, dict):
        return str(body.get("error_description") or body.get("error") or "")
    found = [entry for entry in body if isinstance(entry, dict)] if isinstance(body, list) else []
    return " ".join(str(entry.get("message", "")) for entry in found)


def rest(response: httpx2.Response) -> float | None:
    """Return how long to wait where the day's requests are used up, which Salesforce says with a 403."""
    is_limit = response.status_code == 403 and "REQUEST_LIMIT_EXCEEDED" in response.text
    return UNKNOWN_WAIT * 10 if is_limit else None
