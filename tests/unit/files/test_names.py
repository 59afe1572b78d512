"""Names of files as strangers send them."""

from hypothesis import given
from hypothesis import strategies as st

from needlepoint.files.names import shown_name


@given(st.text())
def test_a_shown_name_is_clean_and_never_empty(name):
    shown = shown_name(name)
    assert shown.encode()
    assert "\0" not in shown
    assert len(shown) <= 255
