"""Long-lived tokens for desktop programs that speak MCP and cannot renew a short one."""

import hashlib

from django.db import models

from tickets.models import User


class McpToken(models.Model):
    """A personal token, good for the MCP server only. What is kept of it is a fingerprint."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mcp_tokens")
    name = models.CharField(max_length=100, help_text="The program or machine that uses it.")
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    epoch = models.PositiveIntegerField(editable=False, help_text="The user's session epoch when it was made.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "MCP token"

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"


def fingerprint_of(raw: str) -> str:
    """A token is 256 random bits, so a plain hash cannot be turned back."""
    return hashlib.sha256(raw.encode()).hexdigest()
