"""Files to Slack, in three steps: https://docs.slack.dev/messaging/working-with-files#uploading_files."""

from integrations.errors import Refused
from integrations.provider import OutgoingFile
from integrations.providers.slack.api import SlackApi
from integrations.providers.slack.models import Upload

BYTES = {"Content-Type": "application/octet-stream"}


def share(api: SlackApi, file: OutgoingFile, channel: str, thread_ts: str) -> str:
    """Upload a file and show it in a thread; returns its id. Raises RemoteError."""
    if not file.size:
        raise Refused("Slack takes no empty files.")
    place = Upload.model_validate(api.get("files.getUploadURLExternal", filename=file.filename, length=file.size))
    api.post_to(place.upload_url, content=file.content.read(), headers=BYTES)
    api.wait_for_turn(channel)
    shown = [{"id": place.file_id, "title": file.filename}]
    api.post("files.completeUploadExternal", files=shown, channel_id=channel, thread_ts=thread_ts)
    return place.file_id
