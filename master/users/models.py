"""The table that everything is about."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from master.outbox.declare import replicated
from master.users.managers import UserManager


@replicated(
    "users",
    key="uid",
    fields=("username", "first_name", "last_name", "email", "is_active"),
    only=Q(is_staff=False),
)
class User(AbstractUser):
    """A user of every service; staff stay on master."""

    uid = models.UUIDField(_("uid"), default=uuid.uuid4, unique=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()
