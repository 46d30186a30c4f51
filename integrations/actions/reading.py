"""Reading a record as it is now."""

from django.utils import timezone

from integrations.errors import Gone
from integrations.provider import Provider, RemoteRecord, RemoteRef


def read_again(provider: Provider, ref: RemoteRef) -> RemoteRecord:
    """Return the record; one that is not there any more, as gone. Raises RemoteError."""
    try:
        return provider.read(ref)
    except Gone:
        return RemoteRecord(ref, {}, timezone.now(), is_gone=True)
