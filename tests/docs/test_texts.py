"""Every text that a person reads can be translated."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.docs.texts import ROOT, of_python, of_script, of_template

TEMPLATES = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")]
SCRIPTS = [path for room in ("client", "master") for path in ROOT.glob(f"{room}/**/static/**/*.js")]
OURS = [path for path in [*SCRIPTS, *ROOT.glob("client/static/js/**/*.js")] if not path.name.endswith(".min.js")]
MODULES = [path for room in ("client", "master") for path in ROOT.glob(f"{room}/**/*.py")]
MIGRATIONS = "migrations"  # hold the texts of models once more, as they were


@pytest.mark.parametrize(
    ("paths", "finds"),
    [
        (TEMPLATES, of_template),
        (OURS, of_script),
        ([path for path in MODULES if MIGRATIONS not in path.parts], of_python),
    ],
    ids=["templates", "scripts", "modules"],
)
def test_no_text_is_unmarked(paths: list[Path], finds: Callable[[str], Iterable[str]]) -> None:
    found = {str(path.relative_to(ROOT)): texts for path in paths if (texts := list(finds(path.read_text())))}
    assert len(paths) > 10
    assert found == {}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %} {{ name }}, {{ count }} %</p>', []),
        ("<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %} again</p>", ["again"]),
        ("""<img alt="A cat" title="{% translate 'A cat' %}">""", ["A cat"]),
        ("""<p data-lost="No answer." data-sends="profile.save"></p>""", ["No answer."]),
        ("""<input type="submit" value="Save"><input value="ada">""", ["Save"]),
        ("""{{ on|yesno:"yes,no" }}{{ on|yesno:_("yes,no") }}""", ["yes,no"]),
        ("{# for authors #}<script>let x</script><title>Reactive Tables</title>", []),
    ],
)
def test_a_template_is_read_as_people_read_it(source: str, texts: list[str]) -> None:
    assert of_template(source) == texts


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('note.textContent = "Please wait";', ["Please wait"]),
        ("return `${seconds} min`;", [" min"]),
        ('throw new Error("no such way"); // "or is there one?"', []),
        ('root.querySelectorAll("#users tbody tr"); import { a } from "./a.js";', []),
        ("note.textContent = note.dataset.lost;", []),
    ],
)
def test_a_script_is_asked_for_sentences_and_units(source: str, texts: list[str]) -> None:
    assert of_script(source) == texts


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('models.TextField(verbose_name="due")', ["due"]),
        ('models.TextField(verbose_name=_("due"))', []),
        ('raise ValidationError("No such table.", code="table")', ["No such table."]),
        ('messages.success(request, f"{count} rows")', [" rows"]),
        ('return JsonResponse({"error": "Sign in."})', ["Sign in."]),
        ("class Meta:\n    verbose_name = 'row'", ["row"]),
    ],
)
def test_a_module_is_asked_for_labels_and_messages(source: str, texts: list[str]) -> None:
    assert of_python(source) == texts
