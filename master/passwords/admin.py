"""Remembered passwords in master's admin: whose and since when. A hash is shown nowhere."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_permission_codename, get_user_model
from django.http import HttpRequest

from master.passwords.models import PasswordHash


@admin.register(PasswordHash)
class PasswordHashAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only."""

    list_display = fields = readonly_fields = ("user", "remembered_at")
    list_select_related = ("user",)
    date_hierarchy = "remembered_at"
    ordering = ("-pk",)
    search_fields = (f"user__{get_user_model().USERNAME_FIELD}",)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Leave it to the validator."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PasswordHash | None = None) -> bool:
        """Leave it to the validator."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PasswordHash | None = None) -> bool:
        """Refuse it on these pages; who may delete a user deletes what is remembered of him with him.

        On the page of the user Django asks here, for it shows all that goes with him.
        """
        match = request.resolver_match
        if match is None or (match.url_name or "").startswith(f"{self.opts.app_label}_{self.opts.model_name}_"):
            return False
        users = get_user_model()._meta
        return request.user.has_perm(f"{users.app_label}.{get_permission_codename('delete', users)}")
