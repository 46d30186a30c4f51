"""Inviting people with a role that was decided beforehand, and their joining."""

from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from tickets import fields
from tickets.actions.people import check_password, clean_person, signer
from tickets.choices import Role
from tickets.errors import Conflict, Invalid, NotFound
from tickets.models import Invitation, User
from tickets.permissions import Actor, can, require


def invite_user(*, by: Actor, email: Any, role: str = Role.REQUESTER, organization: Any = None) -> Invitation:
    """Send somebody a personal link, good for seven days; an earlier open invitation of the address ends.

    Raises NotAllowed (a manager invites technicians and requesters only), Invalid.
    """
    try:
        role = fields.choice(role, Role)
    except ValueError as error:
        raise Invalid({"role": [str(error)]}) from None
    require(by, "people.manage", Role(role))
    with transaction.atomic():
        values = clean_person({"email": email, "organization": organization}, person=_unconfirmed(email))
        now = timezone.now()
        Invitation.objects.filter(email=values["email"], accepted_at=None, expires_at__gt=now).update(expires_at=now)
        invitation = Invitation.objects.create(**values, role=role, invited_by=signer(by))
        _send(invitation)
    return invitation


def accept_invitation(*, token: str, name: Any, password: Any) -> User:
    """Join with the invitation's address and role. The link proves the address, so it counts as confirmed.

    Raises NotFound for a link that never was, Conflict for one that was used or has ended, Invalid.
    """
    with transaction.atomic():
        invitation = open_invitation(token)
        person = _unconfirmed(invitation.email)
        values = clean_person({"name": name, "email": invitation.email}, person=person)
        check_password(password, User(**values))
        if person is None:
            person = User.objects.create_user(values["email"], password, name=values["name"])
        person.name, person.role = values["name"], invitation.role
        person.organization = invitation.organization or person.organization
        person.set_password(password)
        person._history_user = invitation.invited_by
        person.save()
        EmailAddress.objects.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    return person


def open_invitation(token: str) -> Invitation:
    """Return the invitation of a link that can still be used. Raises NotFound, Conflict."""
    invitations = Invitation.objects.select_for_update(of=("self",)).select_related("organization", "invited_by")
    with transaction.atomic():
        invitation = invitations.filter(token=token).first() if "\x00" not in token else None
    if invitation is None:
        raise NotFound("There is no such invitation. Check that the link is complete.")
    if invitation.accepted_at:
        raise Conflict("This invitation was already used. Sign in instead.", code="invitation_used")
    inviter = invitation.invited_by
    if not invitation.is_open or (inviter and not can(inviter, "people.manage", Role(invitation.role))):
        raise Conflict("This invitation has ended. Ask for a new one.", code="invitation_ended")
    return invitation


def revoke_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """End an invitation before somebody uses it. Raises NotAllowed, Conflict where it was used."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        require(by, "people.manage", Role(invitation.role))
        if invitation.accepted_at:
            raise Conflict("The invitation was already used. Deactivate the person instead.", code="invitation_used")
        invitation.expires_at = min(invitation.expires_at, timezone.now())
        invitation.save(update_fields=["expires_at"])
    return invitation


def _unconfirmed(email: Any) -> User | None:
    """Return who signed up with this address without ever confirming it: the invitation, sent to the address, takes over."""
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    rows = User.objects.filter(role=Role.REQUESTER, is_active=True).exclude(pk__in=confirmed)
    return rows.filter(email__iexact=email).first() if isinstance(email, str) and "\x00" not in email else None


def _send(invitation: Invitation) -> None:
    link = settings.SITE_URL + reverse("invitation", args=[invitation.token])
    text = render_to_string("account/email/invitation_message.txt", {"invitation": invitation, "link": link})
    send_mail("You are invited to Ticketsite", text.strip(), None, [invitation.email])
