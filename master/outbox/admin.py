"""The outbox in master's admin: to look at, and to send again."""

from collections import defaultdict
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from master.outbox import queries
from master.outbox.models import OutboxEntry
from master.outbox.pending import known_tables
from master.outbox.repair import RepairRefusedError, republish
from master.outbox.whole import TITLE, may_republish, whole_tables

COUNTED_ROWS = 10_000  # to count a million rows costs more than to show them
PATIENCE_SECONDS = 1.0  # that a request waits for rows which others hold
Entries = QuerySet[OutboxEntry]


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts, and offers, ten thousand rows at the most."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or the cap."""
        rows: Any = self.object_list  # a QuerySet, here
        return int(rows.order_by()[:COUNTED_ROWS].count())


class StatusFilter(admin.SimpleListFilter):
    """What is still to be sent, and what of it is in trouble."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [("pending", gettext("pending")), ("failing", gettext("failing: pending with an error"))]

    def queryset(self, request: HttpRequest, queryset: Entries) -> Entries:
        """Filter by the partial index of the pending rows."""
        if self.value() is None:
            return queryset
        pending = queryset.filter(published__lt=F("version"))
        return pending.exclude(error="") if self.value() == "failing" else pending


class TableFilter(admin.SimpleListFilter):
    """The replicated tables."""

    title = _("table")
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the tables."""
        return [(table, table) for table in known_tables()]

    def queryset(self, request: HttpRequest, queryset: Entries) -> Entries:
        """Filter by the first column of the primary key."""
        return queryset.filter(table=self.value()) if self.value() else queryset


@admin.register(OutboxEntry)
class OutboxEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only. Every list that can be asked for reads an index of the outbox, however many rows it has."""

    list_display = ("id", "version", "published", "deleted", "changed_at", "attempts", "due_at", "error")
    list_filter = (StatusFilter, TableFilter)
    sortable_by = ()
    search_fields = ("key",)
    search_help_text = format_lazy(
        _("Whole keys, or table/key; several with spaces between. No more than {rows} rows are listed."),
        rows=f"{COUNTED_ROWS:,}",
    )
    actions = ("send_again",)
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Show the list from indexes only; run an action as ever."""
        extra_context = {"may_send_whole_tables": may_republish(request), **(extra_context or {})}
        if request.method != "GET":
            return super().changelist_view(request, extra_context)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(queries.NO_SEQUENTIAL_SCANS)
            return super().changelist_view(request, extra_context)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Order what is pending by age; all else by its primary key."""
        return ("changed_at", "table", "key") if "status" in request.GET else ("table", "key")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find rows by whole keys, in the primary key."""
        tables = known_tables()
        words = {search_term.strip(), *search_term.split()} - {""}
        if not words:
            return queryset, False
        keys = {OutboxEntry.parts(word)[1] for word in words if OutboxEntry.parts(word)[0] in tables}
        return queryset.filter(table__in=tables, key__in=words | keys), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> OutboxEntry | None:
        """Find a row in the primary key of the outbox, not by the computed `id`."""
        table, key = OutboxEntry.parts(object_id)
        return self.get_queryset(request).filter(table=table, key=key).first() if "\0" not in object_id else None

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Leave it to the triggers."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutboxEntry | None = None) -> bool:
        """Leave it to the triggers."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutboxEntry | None = None) -> bool:
        """Keep every row: it is the memory of a version."""
        return False

    def has_republish_permission(self, request: HttpRequest) -> bool:
        """Tell who may use the action."""
        return may_republish(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the page for whole tables."""
        view = self.admin_site.admin_view(lambda request: whole_tables(request, self.admin_site))
        return [path("whole/", view, name="outbox_outboxentry_whole"), *super().get_urls()]

    @admin.action(description=_("Send again"), permissions=["republish"])
    def send_again(self, request: HttpRequest, queryset: Entries) -> None:
        """Give the selected rows new versions; `queryset` finds them by their computed `id`, so it is not used."""
        if request.POST.get("select_across") == "1":
            text = gettext("Nothing was done. For whole tables there is “%(title)s”.") % {"title": TITLE}
            self.message_user(request, text, messages.ERROR)
            return
        selected = defaultdict(list)
        for entry_id in request.POST.getlist(ACTION_CHECKBOX_NAME):
            table, key = OutboxEntry.parts(entry_id)
            selected[table].append(key)
        for table, keys in selected.items():
            self._send_again(request, table, keys)

    def _send_again(self, request: HttpRequest, table: str, keys: list[str]) -> None:
        try:
            repaired = republish(table, keys, patience=PATIENCE_SECONDS)
        except RepairRefusedError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        entries = OutboxEntry.objects.filter(table=table, key__in=keys)
        LogEntry.objects.log_actions(str(request.user.pk), entries, CHANGE, gettext("Sent again"))
        said = {"table": table, "rows": repaired.rows, "held": repaired.held}
        text = ngettext(
            "%(table)s: %(rows)d row has a new version and is sent again.",
            "%(table)s: %(rows)d rows have a new version and are sent again.",
            repaired.rows,
        )
        self.message_user(request, text % said)
        if repaired.held:
            text = ngettext(
                "%(table)s: %(held)d row is held by another transaction and was left as it is. Try later.",
                "%(table)s: %(held)d rows are held by other transactions and were left as they are. Try later.",
                repaired.held,
            )
            self.message_user(request, text % said, messages.WARNING)
