"""A client that calls the API as somebody."""

import pytest
from rest_framework.test import APIClient

from tickets.accounts.tokens import tokens_for


class Client(APIClient):
    """Paths below /api/v1, JSON bodies."""

    def generic(self, method, path, *args, **kwargs):
        return super().generic(
            method, path if path.startswith(("/api/", "http")) else f"/api/v1{path}", *args, **kwargs
        )


@pytest.fixture
def api(db):
    """`api(user)` bears the user's token, `api()` nobody's."""

    def client(user=None):
        made = Client()
        if user:
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_for(user)['access_token']}")
        return made

    return client
