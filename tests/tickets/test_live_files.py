"""The file protocol: following what is done with an uploaded file."""

import pytest
from django.core.files.base import ContentFile

from tests.sockets import act, connected, sync_to_async
from tickets import work
from tickets.actions.files import attach_file
from tickets.actions.tickets import change_ticket
from tickets.models import Attachment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("publishing")]
TEXT = b"The printer says: on fire.\n"


@pytest.fixture(autouse=True)
def nobody_works_yet(monkeypatch):
    """Leave the job to the test, which runs it when it is ready to listen."""
    monkeypatch.setattr(work, "wake", lambda *_: None)


async def upload(ticket, by, **options):
    return await act(attach_file, ticket=ticket, by=by, file=ContentFile(TEXT, "log.txt"), **options)


async def test_an_upload_is_told_to_the_ticket_and_its_end_to_the_job(ticket, carl):
    async with connected(carl) as client:
        await client.ask("subscribe_ticket", ticket_id=ticket.pk)
        attachment = await upload(ticket, carl)
        told = (await client.hear_until("file_upload_started"))[-1]
        assert (told["protocol"], told["data"]["filename"], told["data"]["file_size"]) == ("file", "log.txt", len(TEXT))
        async with connected(carl) as other:
            answer = await other.ask("subscribe_job", job_id=told["data"]["job_id"])
            assert (answer["type"], answer["data"]["processing_status"]) == ("subscription_response", "queued")
            await sync_to_async(work.run_due)()
            for done in (await client.hear(), await other.hear()):
                assert (done["type"], done["data"]["ticket_id"]) == ("file_upload_completed", ticket.pk)
                assert done["data"]["file_path"] == f"/api/v1/files/{attachment.pk}/content"
            status = await other.ask("get_job_status", job_id=told["data"]["job_id"])
            assert (status["type"], status["data"]["processing_status"]) == ("job_status", "completed")


async def test_a_file_that_cannot_be_processed_says_why(ticket, carl):
    attachment = await upload(ticket, carl)
    await Attachment.objects.filter(pk=attachment.pk).aupdate(sha256="0" * 64)
    job_id = await sync_to_async(lambda: attachment.job.pk)()
    async with connected(carl) as client:
        await client.ask("subscribe_job", job_id=job_id)
        await sync_to_async(work.run_due)()
        failed = await client.hear()
        assert (failed["type"], failed["data"]["stage"]) == ("file_processing_failed", "validation")
        assert "not what was uploaded" in failed["data"]["error"]


async def test_files_of_others_and_internal_files_do_not_exist(ticket, tess, carl, gina):
    internal = await upload(ticket, tess, internal=True)
    job_id = await sync_to_async(lambda: internal.job.pk)()
    async with connected(carl) as customer, connected(gina) as stranger:
        await customer.ask("subscribe_ticket", ticket_id=ticket.pk)
        for client in (customer, stranger):
            for kind in ("subscribe_job", "get_job_status"):
                assert (await client.ask(kind, job_id=job_id))["data"]["code"] == "not_found"
        await sync_to_async(work.run_due)()
        await customer.silence()


async def test_losing_the_ticket_ends_its_jobs(ticket, tess, cleo, globex):
    attachment = await upload(ticket, tess)
    job_id = await sync_to_async(lambda: attachment.job.pk)()
    async with connected(cleo) as client:
        await client.ask("subscribe_job", job_id=job_id)
        await act(change_ticket, ticket=ticket, by=tess, changes={"organization": globex.pk})
        assert (await client.hear())["type"] == "subscription_ended"
        await sync_to_async(work.run_due)()
        await client.silence()


def test_the_health_of_the_live_side_can_be_asked(client):
    answer = client.get("/api/v1/websocket/health")
    assert answer.json() == {"status": "ok", "active_connections": 0}
