"""Replicas with a number or a text for a key, with every type of field, and rows that hang on a user."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from client.replication.declare import replica


@replica(
    "things",
    key="code",
    fields=(
        "name",
        "badge",
        "address",
        "size",
        "price",
        "weight",
        "born",
        "at",
        "rises",
        "batch",
        "extra",
        "lasts",
        "is_active",
    ),
    on_delete="deactivate",
    called="thing",
)
class Thing(models.Model):
    """Has a number for a key, two unique fields that become NULL when set aside, and columns of the client's own."""

    code = models.IntegerField(null=True, unique=True)
    name = models.CharField(max_length=40, unique=True)
    badge = models.IntegerField(null=True, unique=True)
    address = models.GenericIPAddressField(null=True, unique=True)
    size = models.SmallIntegerField(default=1, db_column="size_in_cm")
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    weight = models.FloatField(null=True)
    born = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    rises = models.TimeField(null=True)
    batch = models.UUIDField(null=True)
    extra = models.JSONField(null=True)
    lasts = models.DurationField(null=True)
    is_active = models.BooleanField(default=True)
    shelf = models.CharField(max_length=20, default="unsorted")
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    labels = models.JSONField(default=list)
    grade = models.SmallIntegerField(db_default=3)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.CheckConstraint(name="price_is_not_negative", condition=Q(price__gte=0)),)

    def __str__(self) -> str:
        return self.name


@replica("labels", key="slug", fields=("text",), on_delete="delete")
class Label(models.Model):
    """Has a text for a key, which is its primary key too."""

    slug = models.SlugField(primary_key=True)
    text = models.TextField(default="")
    colour = models.CharField(max_length=20, default="grey")

    def __str__(self) -> str:
        return self.slug


class Note(models.Model):
    """Goes with its user."""

    user: "models.ForeignKey[Any, Any]" = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)

    def __str__(self) -> str:
        return f"note {self.pk}"


class Loan(models.Model):
    """Keeps its user from being deleted."""

    user: "models.ForeignKey[Any, Any]" = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    def __str__(self) -> str:
        return f"loan {self.pk}"
