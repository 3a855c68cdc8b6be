"""Texts that people read, and that are not marked for translation: in templates, scripts and Python."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"Reactive Tables"}  # are the same in every language
READ = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-valuetext", "label", "summary"}
SENTENCE = re.compile(r"[A-Za-z]{2,}[.,:?!]? +[A-Za-z]{2,}")
LETTERS = re.compile(r"[^\W\d_]{2,}")
MARKED = re.compile(
    r"{% *blocktrans(?:late)?\b.*?{% *endblocktrans(?:late)? *%}|{% *comment\b.*?{% *endcomment *%}", re.S
)
LABELS = {
    "verbose_name",
    "verbose_name_plural",
    "help_text",
    "label",
    "short_description",
    "description",
    "empty_label",
}
MESSAGES = (
    "ValidationError",
    "message_user",
    "messages.success",
    "messages.error",
    "messages.warning",
    "messages.info",
    "log_actions",
)
WORDS_OF_A_FILTER = re.compile(r"""\|(?:yesno|default|default_if_none|pluralize|add):["']([^"']*[A-Za-z][^"']*)["']""")
TAG = re.compile(r"{%.*?%}|{#.*?#}|{{.*?}}", re.S)
QUOTED = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
UNIT = re.compile(r"^ [A-Za-z%]+$")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.S)


class _Reader(HTMLParser):
    """Finds what somebody would read: text, some attributes, and sentences for scripts in `data-…`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag if tag in ("script", "style") else self._silent
        kind = dict(attrs).get("type")
        for name, value in attrs:
            is_button = name == "value" and tag == "input" and kind in ("submit", "button", "reset")
            is_sentence = name.startswith("data-") and name != "data-df-signal" and SENTENCE.search(value or "")
            if name in READ or is_button or is_sentence:
                self._look_at(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent = "" if tag == self._silent else self._silent

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._look_at(data)

    def _look_at(self, text: str) -> None:
        for name in NAMES:
            text = text.replace(name, "")
        if LETTERS.search(text):
            self.found.append(" ".join(text.split()))


def of_template(source: str) -> list[str]:
    """Return the texts of a template that no tag marks."""
    unmarked = MARKED.sub("", source)
    reader = _Reader()
    reader.feed(TAG.sub("", unmarked))
    reader.close()
    return [*reader.found, *WORDS_OF_A_FILTER.findall(unmarked)]


def of_script(source: str) -> list[str]:
    """Return the sentences and units of a script, what it throws and looks for left out."""
    code = re.sub(r"(?:new Error|querySelector|querySelectorAll)\([^)]*\)|import [^;]*;", "", COMMENT.sub("", source))
    quoted = ["".join(each) for each in QUOTED.findall(code)]
    texts = [re.sub(r"\$\{[^}]*\}", "", text) for text in quoted]
    return [text for text in texts if SENTENCE.search(text) or UNIT.search(text)]


def of_python(source: str) -> list[str]:
    """Return the labels and messages of a module that it gives to Django as they stand."""
    return [_text(node) for node in _shown(ast.parse(source)) if LETTERS.search(_text(node))]


def _shown(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=function, args=arguments, keywords=keywords):
                yield from (each.value for each in keywords if each.arg in LABELS)
                yield from arguments if ast.unparse(function).endswith(MESSAGES) else ()
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in LABELS - {"label"}:
                yield value  # the label of an AppConfig is a name
            case ast.Dict(keys=[ast.Constant(value="error"), *_], values=[value, *_]):
                yield value


def _text(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
