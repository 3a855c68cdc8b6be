"""What a new queue has missed is sent again."""

from stack.setup import has_new_queue


def test_a_new_queue_is_known_by_what_provision_says() -> None:
    said = "topic arn: in order\nqueue reactive-tables-client: in order\nqueue reactive-tables-client-2: created\n"
    assert has_new_queue(said, ["client", "client-2"])
    assert not has_new_queue(said, ["client"])
    assert not has_new_queue("queue reactive-tables-client-dead-letters: created", ["client"])
