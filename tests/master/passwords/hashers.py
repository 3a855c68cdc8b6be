"""Hashers that take no time, and count what they do."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

HERE = "tests.master.passwords.hashers"
LIGHT, OTHER = f"{HERE}.Light", f"{HERE}.Other"


class Light(PBKDF2PasswordHasher):
    """What the tests prefer."""

    algorithm = "light"
    iterations = 1
    done = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Count, and hash."""
        Light.done += 1
        return super().encode(password, salt, iterations)


class Other(Light):
    """What was preferred before, or will be."""

    algorithm = "other"
