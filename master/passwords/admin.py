"""Remembered passwords in master's admin: whose and since when. A hash is shown nowhere."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
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
        """Leave it to the validator, and to the deletion of users."""
        return False
