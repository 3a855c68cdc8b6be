"""What serves both projects is tested without either: the least that Django's requests and answers need."""

from django.conf import settings

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        SECRET_KEY="only-for-tests",
        METRICS_TOKENS=[],
        OPERATIONS_HOST="127.0.0.1",
        OPERATIONS_PORT=0,
    )
