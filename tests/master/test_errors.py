"""What the staff read when there is no page: Django's own words, which are translated."""

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error


@pytest.mark.django_db
def test_an_address_that_leads_nowhere(client: Client) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "<h2>Page not found</h2>" in answer.content.decode()


def test_a_page_that_fails_asks_no_database(rf: RequestFactory) -> None:
    answer = server_error(rf.get("/admin/"))
    assert answer.status_code == 500
    assert "<h1>Server Error <em>(500)</em></h1>" in answer.content.decode()
