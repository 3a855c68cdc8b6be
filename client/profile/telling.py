"""What windows are told: pushes to all of a user's, and what one of them is to show.

Of df_websockets' signals `html.*` only those are used that write text and attributes. `html.content` and its like
insert markup, which no page of this client needs.
"""

from collections.abc import Mapping
from typing import Any

from client.live.push import Push, answer, push_rendered
from client.live.topics import HasKey
from client.profile.state import picture_shown, picture_topic, profile_shown, profile_topic


def push_profile(user: HasKey) -> None:
    """Push a user's profile to all of his windows."""
    topic = profile_topic(user)
    push_rendered([topic], lambda heard: [Push(topic=topic, signal="profile.changed", data=profile_shown(user.pk))])


def push_picture(user: HasKey) -> None:
    """Push how far a user's picture is to all of his windows."""
    topic = picture_topic(user)
    push_rendered([topic], lambda heard: [Push(topic=topic, signal="picture.changed", data=picture_shown(user.pk))])


def show_wrong(window_info: Any, wrong: Mapping[str, str]) -> None:
    """Show beside each field what is wrong with it; an empty text says that nothing is."""
    for name, text in wrong.items():
        answer(window_info, "html.text", selector=f"#{name}-error", content=text)
        if text:
            answer(window_info, "html.add_attribute", selector=f"#{name}", attr_name="aria-invalid", attr_value="true")
        else:
            answer(window_info, "html.remove_attr", selector=f"#{name}", attr_name="aria-invalid")


def focus_first_wrong(window_info: Any, wrong: Mapping[str, str]) -> None:
    """Lead whoever sent a form to what he has to mend."""
    first = next(name for name, text in wrong.items() if text)
    answer(window_info, "html.focus", selector=f"#{first}")


def fill(window_info: Any, form: str, values: Mapping[str, str]) -> None:
    """Put values into the fields of a form."""
    listed = [{"name": name, "value": value} for name, value in values.items()]
    answer(window_info, "html.forms.set", selector=f"#{form}", values=listed)
