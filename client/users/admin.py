"""Users in the client's own admin."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from client.replication.declare import replicas
from client.users.models import User

admin.site.site_header = admin.site.site_title = f"Reactive Tables: {settings.APP_NAME}"


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """Local users are edited here; of a replica only what is the client's own."""

    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "replicated")
    fieldsets = (*(DjangoUserAdmin.fieldsets or ()), (_("This client"), {"fields": ("status", "uid")}))

    @admin.display(boolean=True, description=_("replicated"))
    def replicated(self, user: User) -> bool:
        """Say whether master owns this user."""
        return user.uid is not None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Show the fields of a replica that belong to master without letting anybody edit them."""
        theirs = replicas["users"].fields if obj is not None and obj.uid else ()
        return (*super().get_readonly_fields(request, obj), "uid", *theirs)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Leave the deletion of a replica to master."""
        return (obj is None or obj.uid is None) and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Iterable[User], request: HttpRequest) -> tuple[Any, ...]:
        """Refuse a deletion of many when a replica is among them."""
        objs = list(objs)
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        theirs = [gettext("%(user)s (delete it on master)") % {"user": user} for user in objs if user.uid]
        # For these nobody has the permission: what is missing is not the reason to give.
        return to_delete, counts, set() if theirs else missing, [*protected, *theirs]
