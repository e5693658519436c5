"""Names of people: spellings of one name, and names that are not."""

import pytest

from relations.names import similar_names, spelled

SAME = [
    ("Orbán Viktor", "Viktor Orbán"),
    ("ORBÁN, Viktor", "Viktor Orban"),
    ("V. Orbán", "Viktor Orbán"),
    ("Shinzō Abe", "Abe Shinzo"),
    ("Xi Jinping", "Jinping Xi"),
    ("Recep Tayyip Erdoğan", "Erdogan Recep"),
    ("Владимир Путин", "Vladimir Putin"),
    ("Путин Владимир Владимирович", "Vladimir Putin"),
    ("Ельцин Борис", "Boris Yeltsin"),
    ("Горбачёв Михаил", "Mikhail Gorbachev"),
    ("Никита Хрущёв", "Nikita Khrushchev"),
    ("Шавкат Мирзиёев", "Shavkat Mirziyoyev"),
    ("Қасым-Жомарт Тоқаев", "Kassym-Jomart Tokayev"),
    ("Касым-Жомарт Кемелевич Токаев", "Tokayev Kassym-Jomart"),
    ("İlham Əliyev", "Ильхам Алиев"),
    ("Heydər Əliyev", "Geidar Aliev"),
    ("Володимир Зеленський", "Volodymyr Zelenskyy"),
    ("Michail Gorbatschow", "Mikhail Gorbachev"),
]
DIFFERENT = [
    ("Ilham Aliyev", "Heydar Aliyev"),
    ("George Bush", "George Brown"),
    ("Kim Jong Il", "Kim Jong Un"),
    ("Park Chung Hee", "Park Geun Hye"),
    ("Li Peng", "Li Keqiang"),
    ("Boris Yeltsin", "Boris Johnson"),
    ("Angela Merkel", "A. Mitchell"),
    ("Vladimir Putin", "Vladimir Putyata"),
    ("A. B.", "Anna Berg"),
    ("John", "John Major"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_are_similar(one, other):
    assert similar_names(one, other)
    assert similar_names(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_names_are_not_similar(one, other):
    assert not similar_names(one, other)
    assert not similar_names(other, one)


def test_the_same_words_have_one_spelling_in_any_order_and_script():
    assert spelled("Владимир Путин") == spelled("Putin, Vladimir") == ("putin", "vladimir")
