"""What was carried out long ago is let go of; what is stuck stays, and so does what is known on both sides."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.actions.forget import forget_old
from integrations.actions.sync import ask_for_sync
from integrations.models import Delivery, ExternalLink, SyncRun
from tests.integrations.conftest import settle
from tickets.choices import WorkState

pytestmark = pytest.mark.django_db


def test_old_work_goes_and_links_stay(linked, mona):
    ask_for_sync(by=mona, connection=linked.connection)
    settle()
    stuck = Delivery.objects.last()
    Delivery.objects.filter(pk=stuck.pk).update(state=WorkState.QUARANTINED)
    assert forget_old(timezone.now() + timedelta(days=29)) == 0
    assert forget_old(timezone.now() + timedelta(days=31)) > 0
    assert list(Delivery.objects.all()) == [stuck]
    assert not SyncRun.objects.exists()
    assert ExternalLink.objects.get() == linked
