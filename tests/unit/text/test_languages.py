"""The languages of texts."""

import subprocess
import sys

import pytest

from needlepoint.text.languages import language_name, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The rent is 940 euros a month, and the lease ends on 31 March 2031.", "en"),
        ("Der Mietvertrag endet am 31. März 2031. Die Miete beträgt 940 Euro im Monat.", "de"),
        ("Le contrat prend fin le 31 mars 2031. Le loyer est de 940 euros par mois.", "fr"),
        ("El contrato termina el 31 de marzo de 2031. La renta es de 940 euros al mes.", "es"),
        ("Leieavtalen utløper 31. mars 2031, og leien er 940 euro per måned.", "no"),
        ("Договор аренды заканчивается 31 марта 2031 года, арендная плата 940 евро в месяц.", "ru"),
        (
            "契約は二〇三一年三月に終了します。賃料は月額九四〇ユーロとする。支払いは毎月末日までに行うものとする。",
            "ja",
        ),
        ("Berth C-117: 940", ""),
        ("", ""),
        ("1,204 1,315 88 12.5 % " * 40, ""),
    ],
)
def test_the_language_of_a_text(text, language):
    assert language_of(text) == language


def test_names():
    assert language_name("de") == "German"
    assert language_name("xx") == "xx"


def test_plain_english_needs_no_model():
    code = (
        "import sys; from needlepoint.text.languages import language_of;"
        "print(language_of('The rent is due on the first day of the month, and it is paid to the landlord.'));"
        "print('py3langid' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["en", "False"]
