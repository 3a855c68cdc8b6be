"""Posts in the client's own admin."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models

from client.feed.models import Post


class BodyField(forms.CharField):
    """A text of several lines; browsers send the end of each as two characters, of which one was written."""

    def to_python(self, value: Any) -> Any:
        """Return the text as it was written."""
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whoever may change posts may change anybody's; whoever follows them sees it at once."""

    list_display = ("body", "author", "created_at")
    list_select_related = ("author",)
    search_fields = ("body",)
    raw_id_fields = ("author",)
    date_hierarchy = "created_at"
    formfield_overrides: ClassVar = {models.CharField: {"form_class": BodyField, "widget": AdminTextareaWidget}}
