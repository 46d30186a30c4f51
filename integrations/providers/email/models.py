"""What a mailbox is told."""

from typing import Literal

from pydantic import Field, SecretStr

from integrations.shapes import AddressIfAny, Setting


class EmailSettings(Setting):
    host: str = Field(
        "",
        title="IMAP server",
        max_length=253,
        pattern=r"^[A-Za-z0-9.:-]*$",
        description="Empty: letters come by the command receive_mail only.",
    )
    port: int = Field(993, title="Port", ge=1, le=65535)
    security: Literal["TLS", "STARTTLS", "none"] = Field(
        "TLS", title="Security", description="none: only for servers that INTEGRATION_HOSTS names."
    )
    user: str = Field("", title="User", max_length=200)
    token_url: AddressIfAny = Field(
        "", title="Token address", description="Where a refresh token is exchanged for access tokens, for OAuth only."
    )
    scope: str = Field(
        "", title="Scopes", max_length=500, description="Asked for with each token; empty: the usual ones."
    )
    folder: str = Field("INBOX", title="Folder", min_length=1, max_length=200)
    done_folder: str = Field(
        "",
        title="Done folder",
        max_length=200,
        description="Where letters go once they are stored. Empty: they stay and are marked as read.",
    )
    smtp_host: str = Field(
        "",
        title="SMTP server",
        max_length=253,
        pattern=r"^[A-Za-z0-9.:-]*$",
        description="Sends what comes from this mailbox's addresses. Empty: as all other mail is sent.",
    )
    smtp_port: int = Field(587, title="SMTP port", ge=1, le=65535)
    smtp_security: Literal["TLS", "STARTTLS", "none"] = Field(
        "STARTTLS", title="SMTP security", description="none: only for servers that INTEGRATION_HOSTS names."
    )
    sender_name: str = Field(
        "", title="Sender's name", max_length=100, description="Of mails from here; empty: the name above."
    )
    plus_addresses: bool = Field(
        True, title="Plus addresses", description="The mail server delivers desk+anything@… to desk@…."
    )
    opens: Literal["everybody", "known domains", "known people"] = Field(
        "everybody", title="Who may open tickets", description="Domains are those of organizations."
    )
    programs_may: bool = Field(
        False,
        title="Programs may open tickets",
        description="Alerts and newsletters are taken, automatic answers are not.",
    )
    letters_an_hour: int = Field(
        50,
        title="Letters an hour",
        ge=1,
        le=10_000,
        description="Of one sender; more of them wait until somebody looks.",
    )
    trusted_server: str = Field(
        "",
        title="Checks by",
        max_length=253,
        description="The name your mail server begins Authentication-Results with; its word about SPF, DKIM and DMARC counts.",
    )


class EmailCredentials(Setting):
    password: SecretStr = Field(SecretStr(""), title="Password")
    oauth_token: SecretStr = Field(
        SecretStr(""), title="OAuth token", description="Used instead of the password where one is given (XOAUTH2)."
    )
    client_id: str = Field("", title="Client id", max_length=300, description="Of the app that signs in by OAuth.")
    client_secret: SecretStr = Field(SecretStr(""), title="Client secret", description="Where the app has one.")
    refresh_token: SecretStr = Field(
        SecretStr(""), title="Refresh token", description="Used instead of password and OAuth token where one is given."
    )
