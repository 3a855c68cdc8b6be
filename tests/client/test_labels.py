"""The admin of client can be translated."""

from tests.labels import unmarked_labels


def test_every_label_of_the_admin_is_marked() -> None:
    assert unmarked_labels("client") == []
