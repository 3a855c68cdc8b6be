"""The page in master's admin from which whole tables are sent again, and versions advanced: workers do both."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from master.outbox.declare import registry
from master.outbox.models import OutboxEntry
from master.outbox.tasks import advance, republish_tables

LIST = "admin:outbox_outboxentry_changelist"
TITLE = _("Send whole tables again")
UNREACHABLE = _("Nothing was done: the workers cannot be reached, for Redis does not answer. Try again later.")


class TablesForm(forms.Form):
    """Which tables."""

    tables = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tables"].choices = [(table, table) for table in sorted(registry)]  # type: ignore[attr-defined]


class AdvanceForm(forms.Form):
    """A question that must be answered with yes."""

    understood = forms.BooleanField(label=_("This database was restored from a backup"), label_suffix="")


def may_republish(request: HttpRequest) -> bool:
    """Tell who may send rows again."""
    return request.user.has_perm("outbox.republish_outboxentry")


def may_advance(request: HttpRequest) -> bool:
    """Tell who may advance versions."""
    return request.user.has_perm("outbox.advance_versions")


def whole_tables(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Show the page, or hand to a worker what was asked for."""
    if not may_republish(request):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else {}
    tables = TablesForm(asked if "republish" in asked else None)
    restored = AdvanceForm(asked if "advance" in asked else None)
    if tables.is_valid():
        names = tables.cleaned_data["tables"]
        text = gettext("Sent again, by a worker: %(tables)s.") % {"tables": ", ".join(names)}
        return _handed_over(request, republish_tables, [names], text)
    if restored.is_valid() and may_advance(request):
        text = gettext("Versions are advanced, and all is sent again, by a worker.")
        return _handed_over(request, advance, [], text)
    context = {"title": TITLE, "form": tables, "advance": restored, "may_advance": may_advance(request)}
    return TemplateResponse(request, "admin/outbox/outboxentry/whole.html", site.each_context(request) | context)


def _handed_over(request: HttpRequest, task: Any, arguments: list[Any], text: str) -> HttpResponse:
    try:
        by = getattr(request.user, "uid", request.user.pk)
        task.apply_async(arguments, {"by": str(by)}, retry=False)
    except (OperationalError, RedisError):
        messages.error(request, UNREACHABLE)
    else:
        messages.success(request, text)
        log(request, text)
    return redirect(LIST)


def log(request: HttpRequest, text: str) -> None:
    """Write into the admin's log what was asked for: colleagues find there who it was, and are told."""
    LogEntry.objects.create(
        user_id=str(request.user.pk),
        content_type=ContentType.objects.get_for_model(OutboxEntry),
        object_repr=str(TITLE),
        action_flag=CHANGE,
        change_message=text,
    )
