"""What users read is marked for translation: a catalogue that is there is used."""

import struct
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from pytest_django import Settings

from master.passwords.models import PasswordHash
from master.passwords.validators import NotRecentlyUsed
from master.users.models import User
from tests.master.passwords.conftest import change, secret

GERMAN = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n",
    "remembered password": "gemerktes Passwort",
    "This is the password that you have. Choose another one.\0"
    "This password is one of the last %(history)d that you had. Choose another one.": "das\0der letzten %(history)d",
    "Your password must not be the one that you have.\0"
    "Your password must not be one of the last %(history)d that you had.": "nicht das\0keins der %(history)d",
}


@pytest.fixture
def german(settings: Settings, tmp_path: Path) -> None:
    """Have a catalogue of the project's own."""
    place = tmp_path / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(compiled(GERMAN))
    settings.LOCALE_PATHS = [tmp_path]


def compiled(messages: dict[str, str]) -> bytes:
    """Return a catalogue as gettext reads it: a head, two tables of lengths and places, the texts."""
    texts = [text.encode() for text in (*sorted(messages), *(messages[key] for key in sorted(messages)))]
    count, place = len(messages), 28 + 8 * len(texts)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    table = b""
    for text in texts:
        table += struct.pack("<2I", len(text), place)
        place += len(text) + 1
    return head + table + b"".join(text + b"\0" for text in texts)


@pytest.mark.usefixtures("german")
def test_texts_are_translated_when_they_are_read(ada: User) -> None:
    one, ten = NotRecentlyUsed(history=1), NotRecentlyUsed()
    change(ada, secret(0))
    with translation.override("de"):
        assert (one.get_help_text(), ten.get_help_text()) == ("nicht das", "keins der 10")
        for validator, text in ((one, "das"), (ten, "der letzten 10")):
            with pytest.raises(ValidationError) as refusal:
                validator.validate(secret(0), ada)
            assert refusal.value.messages == [text]
        assert str(PasswordHash._meta.verbose_name) == "gemerktes Passwort"
