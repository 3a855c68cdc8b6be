"""Users in master's admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from master.users.models import User

admin.site.site_header = admin.site.site_title = _("Reactive Tables: master")
admin.site.site_url = None  # master has no other pages


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """Django's own, with the `uid` that the clients know a user by."""

    list_display = ("username", "email", "first_name", "last_name", "is_active", "is_staff", "uid")
    search_fields = ("username", "first_name", "last_name", "email", "^uid")
    readonly_fields = ("uid",)
    fieldsets = (*(DjangoUserAdmin.fieldsets or ()), (_("Replication"), {"fields": ("uid",)}))
