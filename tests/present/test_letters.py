"""Letters for names: the ones that people would have chosen, and never one for two."""

from hypothesis import given
from hypothesis import strategies as st

from sizeup.dims import as_text, symbol
from sizeup.present.letters import abbreviated, letters_for


def test_the_names_of_the_question_get_the_letters_that_people_use():
    names = ["nb_filters", "nb_conv", "img_rows", "img_cols", "nb_pool", "nb_classes"]
    assert letters_for(names) == dict(zip(names, "fchwpk", strict=True))


def test_names_of_other_habits_are_understood_too():
    assert letters_for(["numClasses", "hiddenUnits", "vocab_size", "H", "image_width"]) == {
        "numClasses": "k",
        "hiddenUnits": "u",
        "vocab_size": "v",
        "H": "H",
        "image_width": "w",
    }


def test_numbered_names_keep_their_numbers():
    assert letters_for(["units1", "units2"]) == {"units1": "u₁", "units2": "u₂"}


def test_a_taken_letter_gives_way_to_the_next_idea():
    assert letters_for(["conv", "kernel_size", "channels"]) == {
        "conv": "c",
        "kernel_size": "s",
        "channels": "a",
    }


@given(st.lists(st.from_regex(r"[^\W\d]\w{0,12}", fullmatch=True), max_size=60))
def test_every_name_has_a_letter_of_its_own(names):
    letters = letters_for(names)
    assert set(letters) == set(names)
    assert len(set(letters.values())) == len(letters)


def test_formulas_read_letters_as_short_factors():
    letters = letters_for([f"size{n}" for n in range(1, 3)])
    assert as_text(3 * symbol("size1") * symbol("size2"), letters) == "3s₁s₂"


def test_names_in_sentences_become_letters_and_parts_of_other_names_do_not():
    letters = {"nb_conv": "c", "nb": "n"}
    assert abbreviated("64·nb_conv²·nb + nb_conv_2·x.nb", letters) == "64·c²·n + nb_conv_2·x.nb"
    assert abbreviated("nothing is free", {}) == "nothing is free"
