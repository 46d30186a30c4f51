"""SuperOps over its GraphQL API, for managed-service providers or IT teams."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from integrations.choices import Ability
from integrations.errors import Gone, OutcomeUnknown, Refused, SignInRefused
from integrations.http import Http
from integrations.limiter import Rate
from integrations.provider import (
    Defaults,
    Draft,
    Identity,
    OutgoingComment,
    OutgoingFile,
    Page,
    RemoteRecord,
    RemoteRef,
    Values,
)
from integrations.providers.superops import mapping, models, queries, webhook
from integrations.providers.superops.graphql import ask, rest, said
from integrations.shapes import needed, readable
from integrations.typed import TypedProvider

PAGE_SIZE = 100
LOOKED_THROUGH = 20  # of the newest tickets, for one that may have been made
NAMED_AT_MOST = 20
OVERLAP = timedelta(minutes=2)
RATE = Rate(calls=700, seconds=60)  # 800 are allowed


class SuperOpsProvider(TypedProvider[models.SuperOpsSettings, models.SuperOpsCredentials]):
    settings_model = models.SuperOpsSettings
    credentials_model = models.SuperOpsCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(Ability) - {
        Ability.EDIT,
        Ability.TRANSITION,
        Ability.LINK_BACK,
        Ability.NOTIFY,
    }
    defaults: ClassVar[Defaults] = mapping.DEFAULTS
    files_are_comments: ClassVar[bool] = True

    def client(self) -> Http:
        headers = {
            "Authorization": f"Bearer {self.credentials.api_token.get_secret_value()}",
            "CustomerSubDomain": self.settings.subdomain,
        }
        return Http(name=self.name, base_url=self.settings.base_url, headers=headers, rate=RATE, said=said, rest=rest)

    def test(self) -> Identity:
        """Say who we are, and which names the desk there uses, to be mapped."""
        found = models.Desk.model_validate(
            self._ask(queries.CONTEXT, need="getLoggedInContext", input={"page": 1, "pageSize": NAMED_AT_MOST})
        )
        me = found.getLoggedInContext.user if found.getLoggedInContext else models.Linked()
        lists = {
            "Statuses": found.getStatusList,
            "Priorities": found.getPriorityList,
            "SLAs": found.getSLAList,
            "Technicians": found.getTechnicianList.userList if found.getTechnicianList else [],
            "Clients": found.getClientList.clients if found.getClientList else [],
        }
        facts = [(name, ", ".join(row.name for row in rows[:NAMED_AT_MOST])) for name, rows in lists.items() if rows]
        return Identity(me.userId, me.name or "a technician", tuple(facts))

    def create(self, draft: Draft) -> RemoteRef:
        """Make the ticket for the client of the settings, asked for by its user of the same address, if there is one."""
        fields = {
            "subject": draft.title,
            "requestType": self.settings.request_type,
            **mapping.encoded(draft.fields),
            "client": {"accountId": self.settings.client_id},
            "source": "INTEGRATION",
            "description": mapping.description_of(draft),
            "sourceReferenceId": draft.marker,
        }
        if requester := self._client_user(draft.requester_email):
            fields["requester"] = {"userId": requester}
        made = self._ask(queries.CREATE, need="createTicket", safe=False, input=fields)["createTicket"]
        found = readable(models.Ticket, [made])
        if not found:
            raise OutcomeUnknown("The answer names no ticket. It may have been made.")
        return mapping.reference(found[0], self.settings)

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        """Look for the marker in what the newest tickets begin with: a search that is not understood may answer with any tickets."""
        newest = {"page": 1, "pageSize": LOOKED_THROUGH, "sort": [{"attribute": "createdTime", "order": "DESC"}]}
        same = {"attribute": "sourceReferenceId", "operator": "is", "value": marker}
        try:
            found, _ = self._tickets({**newest, "condition": same})
        except SignInRefused:
            raise
        except Refused:  # not every account can search by it
            found, _ = self._tickets(newest)
        for ticket in found:
            if ticket.createdTime >= since - OVERLAP and self._marker(ticket.ticketId) == marker:
                return mapping.reference(ticket, self.settings)
        return None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        if encoded := mapping.encoded(fields):
            self._ask(queries.UPDATE, need="updateTicket", input={"ticketId": ref.id, **encoded})

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        """Reply to the requester, or write a private note."""
        if not comment.is_public:
            return self._note(ref, mapping.content_of(comment))
        reply = {
            "ticket": {"ticketId": ref.id},
            "content": mapping.content_of(comment),
            "sendMail": self.settings.sends_mail,
        }
        made = self._ask(queries.REPLY, need="createTicketConversation", safe=False, input=reply)
        return f"c{made['createTicketConversation']['conversationId']}"

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        """Look for the same words, for comments carry no marks."""
        wanted = mapping.squeezed(mapping.content_of(comment))
        return next((said.id for said in self.read(ref).comments if "".join(said.body.split()) == wanted), None)

    def attach(self, ref: RemoteRef, file: OutgoingFile) -> str:
        """Upload the file and put it on the ticket with a private note that names it; the note's id stands for both."""
        answer = self.http.json(
            "POST",
            "/upload",
            data={"module": "TICKET"},
            files={"files": (file.filename, file.content.read(), file.file_type)},
            safe=True,
        )
        sent = readable(models.Uploaded, (answer or {}).get("data") or [])
        if not sent:
            raise Refused("The file was not taken.")
        return self._note(ref, mapping.naming(file.filename), [sent[0].model_dump()])

    def find_file(self, ref: RemoteRef, file: OutgoingFile) -> str | None:
        wanted = mapping.squeezed(mapping.naming(file.filename))
        return next((said.id for said in self.read(ref).comments if "".join(said.body.split()) == wanted), None)

    def read(self, ref: RemoteRef) -> RemoteRecord:
        found = self._ask(queries.WHOLE_TICKET, need="getTicket", input={"ticketId": ref.id})
        if not isinstance(found.get("getTicket"), dict):
            raise Gone("There is no such ticket.")
        ticket = needed(models.Ticket, found["getTicket"])
        conversations = readable(models.Conversation, found.get("getTicketConversationList") or [])
        notes = readable(models.Note, found.get("getTicketNoteList") or [])
        email = self._email(ticket.requester)
        return mapping.record(ticket, self.settings, conversations, notes, email)

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        """Go back from the newest change to the last one that is known: filters on times are not reliable there, the order is."""
        now = datetime.now(UTC)
        began = cursor.get("began", now.isoformat())
        since = datetime.fromisoformat(cursor.get("since", began)) - OVERLAP
        number = int(cursor.get("page", 1))
        found, more = self._page(number, "updatedTime", "DESC")
        fresh = [ticket for ticket in found if ticket.changed_at >= since]
        records = [mapping.record(ticket, self.settings) for ticket in fresh]
        if more and fresh and len(fresh) == len(found):
            return Page(
                records, {**cursor, "page": number + 1, "began": began, "since": cursor.get("since", began)}, more=True
            )
        return Page(records, {"since": began}, more=False)

    def history(self, cursor: Mapping[str, Any]) -> Page:
        number = int(cursor.get("page", 1))
        found, more = self._page(number, "createdTime", "ASC")
        return Page([mapping.record(ticket, self.settings) for ticket in found], {"page": number + 1}, more=more)

    def _page(self, number: int, by: str, order: str) -> tuple[list[models.Ticket], bool]:
        return self._tickets({"page": number, "pageSize": PAGE_SIZE, "sort": [{"attribute": by, "order": order}]})

    def _tickets(self, asked: Mapping[str, Any]) -> tuple[list[models.Ticket], bool]:
        """Return a page of tickets, and whether there is another one."""
        answer = self._ask(queries.TICKETS, need="getTicketList", input=dict(asked))["getTicketList"]
        found = models.TicketList.model_validate(answer or {})
        return readable(models.Ticket, found.tickets), bool(found.tickets and found.listInfo and found.listInfo.hasMore)

    def _marker(self, ticket_id: str) -> str:
        asked = {"ticketId": ticket_id}
        found = self._ask(queries.CONVERSATIONS, need="getTicketConversationList", input=asked)
        conversations = readable(models.Conversation, found["getTicketConversationList"] or [])
        return mapping.marker_of(mapping.description_in(conversations) or "")

    def _email(self, requester: models.Linked) -> str:
        if requester.email or not requester.userId:
            return requester.email
        asked = {"userId": requester.userId}
        found = self._ask(queries.CLIENT_USER, need="getClientUser", input=asked)["getClientUser"]
        return models.ClientUser.model_validate(found or {}).email

    def _client_user(self, email: str) -> str:
        """Return the id of the client's user with this address, empty where there is none."""
        if not email:
            return ""
        same = {"attribute": "email", "operator": "is", "value": email}
        asked = {"clientId": self.settings.client_id, "listInfo": {"page": 1, "pageSize": 10, "condition": same}}
        found = self._ask(queries.CLIENT_USERS, need="getClientUserList", input=asked)["getClientUserList"]
        users = models.ClientUsers.model_validate(found or {}).userList
        return next((user.userId for user in users if user.email.lower() == email.lower()), "")

    def _note(self, ref: RemoteRef, content: str, attachments: list[dict[str, Any]] | None = None) -> str:
        note = {"ticket": {"ticketId": ref.id}, "content": content, "privacyType": "PRIVATE"}
        asked = {**note, "attachments": attachments} if attachments else note
        made = self._ask(queries.ADD_NOTE, need="createTicketNote", safe=False, input=asked)
        return f"n{made['createTicketNote']['noteId']}"

    def _ask(self, document: str, *, need: str, safe: bool = True, **variables: Any) -> dict[str, Any]:
        found = ask(self.http, f"/{self.settings.edition}", document, need=need, safe=safe, **variables)
        return {need: None, **found}
