"""The client's users: replicated columns from master, and the client's own."""

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from client.replication.declare import replica


@replica(
    "users",
    key="uid",
    fields=("username", "first_name", "last_name", "email", "is_active"),
    on_delete="delete",
    called="user",
)
class User(AbstractUser):
    """A user: a replica of one on master, or local (without a `uid`, such as this client's own superuser)."""

    uid = models.UUIDField(_("uid"), null=True, blank=True, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=140, blank=True, default="")  # the client's own: never replicated


class Session(AbstractBaseSession):
    """A session that knows its user, so that his sessions can be ended by his key."""

    user_id = models.BigIntegerField(null=True, db_index=True)
