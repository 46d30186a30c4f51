"""A client that calls the API as somebody."""

from rest_framework.test import APIClient


class ApiClient(APIClient):
    """Paths below /api/v1, JSON bodies."""

    def generic(self, method, path, *args, **kwargs):
        return super().generic(
            method, path if path.startswith(("/api/", "http")) else f"/api/v1{path}", *args, **kwargs
        )
