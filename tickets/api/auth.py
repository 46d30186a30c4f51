"""Signing up, in and out for programs."""

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from tickets.accounts.signing_in import sign_in, sign_up
from tickets.accounts.tokens import renew, revoke, tokens_for
from tickets.api.schema import describe
from tickets.api.serializers import auth as shapes
from tickets.api.throttles import RoleThrottle, SignUpThrottle
from tickets.api.views import Reading, only
from tickets.errors import Invalid

TAG = "Signing in"


class OpenView(Reading):
    """A door for people who have no token yet."""

    authentication_classes = []
    permission_classes = []


def words(body: Mapping[str, Any], *names: str) -> list[str]:
    """Return the texts of the body. Raises Invalid for what is missing or no text."""
    wrong = [name for name in names if not isinstance(body.get(name), str) or not body[name]]
    if wrong:
        raise Invalid(
            {name: ["This field is required." if body.get(name) in (None, "") else "Write text."] for name in wrong}
        )
    return [body[name][:10_000] for name in names]


class RegisterView(OpenView):
    throttle_classes = [RoleThrottle, SignUpThrottle]

    @describe("Sign up", tag=TAG, takes=shapes.RegisterSerializer, gives=shapes.RegisteredSerializer, status=201)
    def post(self, request: Request) -> Response:
        """Makes a requester. Once the address is confirmed, its domain decides the organization."""
        body = only(self.body, "email", "password", "username", "name")
        email, password = words(body, "email", "password")
        given = {name: value for name, value in body.items() if name in ("username", "name")}
        registered = sign_up(request._request, email=email, password=password, **given)
        return Response({**registered, "detail": "Confirm the address with the mail we sent."}, status=201)


class LoginView(OpenView):
    @describe("Sign in", tag=TAG, takes=shapes.LoginSerializer, gives=shapes.TokensSerializer)
    def post(self, request: Request) -> Response:
        """With username or e-mail. Answers 401 with the code `mfa_required` where `otp` is needed; too many wrong attempts lock
        the name out for a while (429).
        """
        body = only(self.body, "username", "email", "password", "otp")
        field = "username" if body.get("username") else "email" if body.get("email") else "username"
        name, password = words(body, field, "password")
        otp = words(body, "otp")[0] if body.get("otp") else ""
        user = sign_in(request._request, name.strip()[:254], password, otp.strip())
        return Response(tokens_for(user), headers={"Cache-Control": "no-store"})


class RefreshView(OpenView):
    @describe("Renew a token", tag=TAG, takes=shapes.RefreshSerializer, gives=shapes.TokensSerializer)
    def post(self, request: Request) -> Response:
        """Each refresh token is good for one use; keep the new one."""
        token = words(only(self.body, "refresh_token"), "refresh_token")[0]
        return Response(renew(token), headers={"Cache-Control": "no-store"})


class LogoutView(OpenView):
    @describe("Sign out", tag=TAG, takes=shapes.RefreshSerializer, status=204)
    def post(self, request: Request) -> Response:
        """Uses the refresh token up. The access token ends by itself within minutes."""
        revoke(words(only(self.body, "refresh_token"), "refresh_token")[0])
        return Response(status=204)
