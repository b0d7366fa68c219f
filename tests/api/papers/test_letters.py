"""Names in any letters: drawn where a font has them, else written as their numbers, and never an empty box."""

from pathlib import Path

import pytest

from api.papers import letters, pdf
from tests.api.papers.bodies import sample

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_dejavu = pytest.mark.skipif(not DEJAVU.exists(), reason="DejaVu is not installed")


@pytest.mark.parametrize("name", ["Lagerplatz Bär", "Лагерь у ручья", "Κατασκήνωση αρκούδας", "≥ 2 → ✓ ▲ … “”"])
def test_latin_greek_and_cyrillic_are_the_sheets_own_on_any_machine(name: str) -> None:
    assert letters.foreign(name) == frozenset()
    assert pdf(sample(site_name=name)) == pdf(sample(site_name=name), fonts=[])


def test_the_usual_report_has_no_letter_that_needs_another_font() -> None:
    assert pdf(sample()) == pdf(sample(), fonts=[])


def test_what_no_font_draws_is_written_as_its_number_and_said_below() -> None:
    told = sample(site_name="熊 Camp 🐻")
    assert letters.numbered(str(told["site_name"]), letters.lacking(["熊", "🐻"], [])) == "[U+718A] Camp [U+1F43B]"
    assert pdf(told, fonts=[]).startswith(b"%PDF-")
    assert pdf(told, fonts=[]) == pdf(told, fonts=[])
    assert len(pdf(told, fonts=[])) > len(pdf(sample(site_name="Camp"), fonts=[]))


@needs_dejavu
def test_a_font_at_hand_draws_what_it_has_and_nothing_else() -> None:
    assert letters.lacking(["ბ", "熊", "Ж"], [DEJAVU]) == frozenset({"熊"})
    georgian = sample(site_name="ბანაკი")
    assert pdf(georgian, fonts=[DEJAVU]) != pdf(georgian, fonts=[])


@needs_dejavu
def test_the_fonts_of_this_machine_are_found() -> None:
    assert DEJAVU in letters.at_hand()


@pytest.mark.parametrize("data", [b"", b"no font at all", b"ttcf\x00\x01\x00\x00\xff\xff\xff\xff"])
def test_a_file_that_is_no_font_draws_nothing(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "odd.ttf"
    file.write_bytes(data)
    assert letters.drawn_by(file) == frozenset()


def test_a_report_of_this_very_second_has_its_date() -> None:
    assert pdf(sample(as_of="2026-11-24T10:00:00.123456Z")).startswith(b"%PDF-")
