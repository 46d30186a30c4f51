"""Files to Slack, in three steps: https://docs.slack.dev/messaging/working-with-files#uploading_files."""

from urllib.parse import urlsplit

from integrations.addresses import is_allowed
from integrations.errors import Refused
from integrations.http import Http
from integrations.provider import OutgoingFile
from integrations.providers.slack.api import RATE, SlackApi, said
from integrations.providers.slack.models import Upload

HOSTS = (".slack.com", ".slack-gov.com", ".slack-files.com")


def share(api: SlackApi, name: str, file: OutgoingFile, channel: str, thread_ts: str) -> str:
    """Upload a file and show it in a thread; returns its id. Raises RemoteError."""
    if not file.size:
        raise Refused("Slack takes no empty files.")
    place = Upload.model_validate(api.get("files.getUploadURLExternal", filename=file.filename, length=file.size))
    _send(place.upload_url, name, file)
    api.wait_for_turn(channel)
    shown = [{"id": place.file_id, "title": file.filename}]
    api.post("files.completeUploadExternal", files=shown, channel_id=channel, thread_ts=thread_ts)
    return place.file_id


def _send(address: str, name: str, file: OutgoingFile) -> None:
    """Send the bytes, without our token: the address alone is what counts there."""
    there = urlsplit(own_address(address))
    client = Http(name=name, base_url=f"{there.scheme}://{there.netloc}", rate=RATE, said=said)
    path = f"{there.path}?{there.query}" if there.query else there.path
    try:
        client.send(
            "POST", path, content=file.content.read(), headers={"Content-Type": "application/octet-stream"}, safe=True
        )
    finally:
        client.close()


def own_address(address: str) -> str:
    """Return an address that Slack told us, if it leads to Slack. Raises Refused."""
    there = urlsplit(address)
    host = (there.hostname or "").lower()
    if (there.scheme == "https" and f".{host}".endswith(HOSTS)) or is_allowed(host):
        return address
    raise Refused("Slack named an address that is not its own.")
