"""What a signal's arguments must be."""

from typing import Any

import pytest
from django import forms

from client.live.arguments import FormArgument, Number, Text


class Drink(forms.Form):
    name = forms.CharField(max_length=5)
    cold = forms.BooleanField(required=False)


@pytest.mark.parametrize("value", [None, 1, True, [], "x" * 11, "a\0b"])
def test_text_is_text_within_its_length(value: Any) -> None:
    assert Text(10)("ten chars!") == "ten chars!"
    with pytest.raises(ValueError, match="not a text"):
        Text(10)(value)


@pytest.mark.parametrize("value", [None, "1", True, 1.0, 0, 11])
def test_a_number_is_whole_and_within_limits(value: Any) -> None:
    assert Number(1, 10)(10) == 10
    with pytest.raises(ValueError, match="not a whole number"):
        Number(1, 10)(value)


def test_a_form_is_filled_in() -> None:
    form = FormArgument(Drink)([{"name": "name", "value": "tea"}])
    assert form.is_valid()
    assert form.cleaned_data == {"name": "tea", "cold": False}


class Order(forms.Form):
    size = forms.ChoiceField(choices=[("s", "small"), ("l", "large")], widget=forms.RadioSelect)
    picture = forms.FileField(required=False)
    table = forms.IntegerField(disabled=True, initial=7)


def test_what_a_browser_does_not_send_is_for_the_form_to_miss() -> None:
    form = FormArgument(Order)([])
    assert form.errors == {"size": ["This field is required."]}
    assert FormArgument(Order)([{"name": "size", "value": "s"}]).is_valid()


def test_what_is_wrong_with_a_value_is_for_the_form_to_say() -> None:
    assert FormArgument(Drink)([{"name": "name", "value": "chocolate"}]).errors.keys() == {"name"}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        {},
        5,
        ["x"],
        [{}],
        [{"name": "name"}],
        [{"name": "name", "value": 5}],
        [{"name": 1, "value": "x"}],
        [],
    ],
)
def test_what_no_form_sends_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not a list|no name"):
        FormArgument(Drink)(value)
