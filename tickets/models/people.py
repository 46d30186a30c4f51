"""Users, the organizations they belong to, and invitations."""

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.text import slugify

from tickets.choices import Role, Theme, TicketScope, Tier, one_of
from tickets.models.history import Trail
from tickets.models.validators import validate_time_zone

if TYPE_CHECKING:
    from tickets.models.technician import Technician

SUPPORT_ROLES = (Role.ADMIN, Role.MANAGER, Role.TECHNICIAN)


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: "User") -> "OrganizationQuerySet":
        """Support staff see every organization, a requester the own one."""
        return self if user.is_support_staff else self.filter(people=user)


class Organization(models.Model):
    """A customer: the company whose people ask for help."""

    name = models.CharField(max_length=200, unique=True)
    tier = models.CharField(max_length=20, choices=Tier.choices, default=Tier.STANDARD)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    notes = models.TextField(blank=True, help_text="Seen by support staff only.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()
    history = Trail()

    class Meta:
        ordering = ["name"]
        constraints = [one_of("tier", Tier)]

    def __str__(self) -> str:
        return self.name


class OrganizationDomain(models.Model):
    """A mail domain whose confirmed addresses belong to the organization."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(
        max_length=200,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", "Write the domain in lower case, like example.com.")
        ],
    )

    history = Trail()

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


class UserQuerySet(models.QuerySet["User"]):
    def support_staff(self) -> "UserQuerySet":
        """Active people who may be assigned tickets."""
        return self.filter(role__in=SUPPORT_ROLES, is_active=True)

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Support staff see everybody; a requester the support staff and the own organization."""
        if user.is_support_staff:
            return self
        colleagues = models.Q(organization=user.organization_id) if user.organization_id else models.Q(pk=user.pk)
        return self.filter(colleagues | models.Q(pk=user.pk) | models.Q(role__in=SUPPORT_ROLES))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        email_confirmed: bool = False,
        signed_by: "User | None" = None,
        **fields: Any,
    ) -> "User":
        """Create a user; the username is made from the e-mail address where none is given.

        Pass `email_confirmed` where somebody vouches for the address; without it the first sign-in asks for a confirmation.
        """
        email = self.normalize_email(email).lower()
        username = fields.pop("username", "") or self.free_username(email.partition("@")[0])
        user: User = self.model(email=email, username=username, **fields)
        user.set_password(password)
        if signed_by:
            user._history_user = signed_by
        user.save(using=self._db)
        if email_confirmed:
            apps.get_model("account", "EmailAddress").objects.create(
                user=user, email=email, verified=True, primary=True
            )
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, role=Role.ADMIN, email_confirmed=True, **fields)

    def free_username(self, wish: str) -> str:
        """Return `wish`, with a number behind it where it is taken."""
        base = slugify(wish)[:100] or "user"
        name = base
        while self.filter(username__iexact=name).exists():
            name = f"{base}-{secrets.randbelow(100_000)}"
        return name

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(username__iexact=username)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in, by e-mail or username. The role is the one source of what they may do."""

    email = models.EmailField(unique=True)
    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[RegexValidator(r"^[\w.@+-]+$", "Use letters, digits and . @ + - _ only.")],
    )
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.REQUESTER)
    ticket_scope = models.CharField(max_length=20, choices=TicketScope.choices, default=TicketScope.STANDARD)
    organization = models.ForeignKey(
        Organization, on_delete=models.SET_NULL, null=True, blank=True, related_name="people"
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    theme = models.CharField(max_length=20, choices=Theme.choices, default=Theme.SYSTEM)
    signature = models.TextField(blank=True, max_length=2_000, help_text="Added below replies, in Markdown.")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    session_epoch = models.PositiveIntegerField(default=0, editable=False, help_text="Raised to end all sessions.")

    objects: ClassVar[UserManager] = UserManager()
    history = Trail(excluded_fields=("password", "last_login", "session_epoch"))

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    technician: "Technician"
    _history_user: "User | None"  # read by the audit trail

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            one_of("role", Role),
            one_of("theme", Theme),
            one_of("ticket_scope", TicketScope),
            models.UniqueConstraint(Lower("email"), name="tickets_user_email_once"),
            models.UniqueConstraint(Lower("username"), name="tickets_user_username_once"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.username

    @property
    def is_support_staff(self) -> bool:
        return self.role in SUPPORT_ROLES

    @property
    def sees_all_tickets(self) -> bool:
        """True for active support staff who are not limited to their teams."""
        limited = self.role == Role.TECHNICIAN and self.ticket_scope == TicketScope.TEAMS
        return self.is_active and self.is_support_staff and not limited

    @property
    def is_staff(self) -> bool:
        """Django's word for somebody who may enter the admin."""
        return self.role == Role.ADMIN

    @property
    def is_superuser(self) -> bool:
        return self.role == Role.ADMIN

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Inside the admin an admin may do everything; everywhere else `permissions.can` decides."""
        return self.is_active and self.role == Role.ADMIN

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return self.has_perm("")

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm("")

    def get_all_permissions(self, obj: object = None) -> set[str]:
        return set()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the password and to the epoch; Django ends a session whose hash no longer matches."""
        return salted_hmac(
            "tickets.session", f"{self.password}:{self.session_epoch}", secret, algorithm="sha256"
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name.split(" ")[0]


def new_invitation_token() -> str:
    return secrets.token_urlsafe(32)


def invitation_end() -> Any:
    return timezone.now() + timedelta(days=7)


class Invitation(models.Model):
    """A personal link by which somebody joins with a role that was decided beforehand."""

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.REQUESTER)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="invitations_sent")
    token = models.CharField(max_length=64, unique=True, default=new_invitation_token, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=invitation_end)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        constraints = [one_of("role", Role)]

    def __str__(self) -> str:
        return f"{self.email} as {self.get_role_display()}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.expires_at > timezone.now()
