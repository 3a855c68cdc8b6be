"""What the validator counts."""

from prometheus_client import Counter

refused = Counter("passwords_reuse_refused", "New passwords refused because the user had them before")
remembered = Counter("passwords_remembered", "Changes of a password that were remembered")
