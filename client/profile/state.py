"""What the page shows: two states, each small and whole, each with a topic of the user's own."""

from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from client.live import numbers
from client.live.topics import HasKey, user_key
from client.profile.drawing import patience
from client.profile.models import Picture, Profile, Saved

PROFILE: Final = "profile."  # begins the topics of profiles; what follows is the user's key
PICTURE: Final = "picture."
SHOWN: Final = 5  # of what was changed last


def profile_topic(user: HasKey) -> str:
    """Return the topic of a user's profile."""
    return PROFILE + user_key(user)


def picture_topic(user: HasKey) -> str:
    """Return the topic of a user's picture."""
    return PICTURE + user_key(user)


def profile_state(user: HasKey) -> dict[str, Any]:
    """Return a user's profile with the number of its topic, read before it."""
    topic = profile_topic(user)
    n = numbers.current(topic)
    return {"topic": topic, "n": n, **profile_shown(user.pk)}


def picture_state(user: HasKey) -> dict[str, Any]:
    """Return how far a user's picture is, with the number of its topic, read before it."""
    topic = picture_topic(user)
    n = numbers.current(topic)
    return {"topic": topic, "n": n, **picture_shown(user.pk)}


def profile_shown(user_pk: int) -> dict[str, Any]:
    """Return what a profile says, and what was changed last."""
    profile = Profile.objects.filter(pk=user_pk).first() or Profile(pk=user_pk)
    return {
        "display_name": profile.display_name,
        "phone": profile.phone,
        "notes": profile.notes,
        "colour": profile.colour,
        "saved": [_saved(each) for each in Saved.objects.filter(user_id=user_pk).order_by("-pk")[:SHOWN]],
    }


def picture_shown(user_pk: int) -> dict[str, Any]:
    """Return the phase, the percentage, since when nothing moved and how long that is no worry, in milliseconds."""
    picture = Picture.objects.filter(pk=user_pk).defer("png").first() or Picture(pk=user_pk, moved_at=timezone.now())
    ago = (timezone.now() - picture.moved_at).total_seconds()
    return {
        "phase": picture.phase,
        "done": picture.done,
        "ago": max(0, int(ago * 1000)),
        "patience": int(patience(picture.phase).total_seconds() * 1000),
        "src": f"{reverse('profile-picture')}?drawn={picture.drawn}" if picture.drawn else "",
    }


def _saved(saved: Saved) -> dict[str, Any]:
    return {"at": f"{timezone.localtime(saved.at):%Y-%m-%d %H:%M}", "fields": saved.fields, "how": saved.how}
