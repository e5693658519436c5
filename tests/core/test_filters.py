"""Filter widgets."""

from core.filters import LongSelect


def test_long_select_renders_like_django_and_escapes():
    choices = [("", "any"), ("one", "Côte d'Ivoire"), ('"two', "<b>R&D</b>")]
    select = LongSelect(attrs={"id": "id_party"}, choices=choices)
    assert select.render("party", "one") == (
        '<select id="id_party" name="party"><option value="">any</option>'
        '<option value="one" selected>Côte d&#x27;Ivoire</option>'
        '<option value="&quot;two">&lt;b&gt;R&amp;D&lt;/b&gt;</option></select>'
    )
