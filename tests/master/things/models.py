"""Models that need nothing but their declaration to be replicated."""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from master.outbox.declare import replicated


@replicated("things", key="number", fields=("name", "price", "made_at", "day", "notes", "weight"))
class Thing(models.Model):
    """Keyed by an integer that is not its primary key."""

    number = models.IntegerField(unique=True)
    name = models.CharField(max_length=50, default="")
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    made_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    notes = models.JSONField(null=True)
    weight = models.FloatField(null=True)
    shelf = models.TextField(default="")  # stays on master

    def __str__(self) -> str:
        return self.name


class Boxed(Thing):
    """A thing with more to it, in a table of its own that stays on master."""

    size = models.IntegerField()


@replicated("labels", key="slug", fields=("caption", "thing"), only=~Q(caption__startswith="50% 'off'"))
class Label(models.Model):
    """Keyed by a text that is its primary key, and shown by a filter that needs quoting."""

    slug = models.TextField(primary_key=True)
    caption = models.TextField(default="")
    thing = models.ForeignKey(Thing, models.CASCADE, null=True)

    def __str__(self) -> str:
        return self.slug


@replicated("groups", key="id", fields=("name",))
class SharedGroup(Group):
    """Somebody else's model."""

    class Meta:
        proxy = True
