"""What the book says by itself: the person's own words and a death, in every form of the book."""

import json
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pypdfium2

from ledger.commands import books
from tests_support.book_house import ANN, BEN, BookHouse, problem
from tests_support.ips_rules import broken
from verify_api.callers import Role

NOTE = "Tôi hay chóng mặt buổi sáng"
DAY = date(2026, 11, 20)


def wrote(house: BookHouse, note: str = NOTE, subject: Any = ANN) -> None:
    act = house.house.system.act("ann", "citizen")
    books.enter_note(house.house.system.facts, subject=subject, note=note, act=act)


def died(house: BookHouse) -> None:
    books.record_death(
        house.house.system.facts, subject=ANN, on=DAY, evidence="Giấy báo tử số 1", act=house.act()
    )


def body(house: BookHouse, address: str, client: Any = None) -> dict[str, Any]:
    answer = house.get(client or house.ann(), address)
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def export(house: BookHouse, form: str, more: str = "") -> bytes:
    answer = house.get(house.ann(), f"/v1/records/me/export?format={form}{more}")
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    return answer.get_data()


def patient(bundle: dict[str, Any]) -> dict[str, Any]:
    everything = [entry["resource"] for entry in bundle["entry"]]
    return next(one for one in everything if one["resourceType"] == "Patient")


def test_the_persons_own_words_are_marked_as_theirs(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    wrote(house)
    note, sent = body(house, "/v1/records/me/timeline?lang=en")["entries"]
    assert (note["text"], note["told_by"], note["facility"]) == (NOTE, "person", None)
    assert (note["kind_text"], note["status_text"]) == ("The person's own words", "recorded")
    assert note["resource"] is None
    assert (sent["told_by"], sent["facility"]) == ("facility", "79A02")
    assert [one["text"] for one in body(house, "/v1/records/me/notes")["entries"]] == [NOTE]
    assert [one["text"] for one in body(house, "/v1/records/me/problems")["entries"]] == ["Hen"]


def test_two_notes_with_the_same_words_are_two(house: BookHouse) -> None:
    wrote(house)
    wrote(house)
    ids = {one["id"] for one in body(house, "/v1/records/me/notes")["entries"]}
    assert len(ids) == 2


def test_free_words_are_shown_to_nobody_from_whom_something_is_withheld(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    wrote(house)
    told = body(house, f"/v1/records/{ANN}/timeline", house.doctor())
    assert [one["text"] for one in told["entries"]] == ["Hen"]
    notes = body(house, f"/v1/records/{ANN}/notes", house.doctor())
    assert (notes["entries"], notes["standing"]) == ([], "no-data")


def test_a_note_is_as_old_as_its_recording(house: BookHouse) -> None:
    before = house.house.clock.at
    house.house.clock.at += timedelta(minutes=5)
    tag = house.get(house.ann(), "/v1/records/me/notes").headers["ETag"]
    wrote(house)
    past = f"/v1/records/me/notes?as_of={before.isoformat().replace('+', '%2B')}"
    assert body(house, past)["entries"] == []
    now = house.get(house.ann(), "/v1/records/me/notes", **{"If-None-Match": tag})
    assert now.status_code == HTTPStatus.OK


def test_a_death_is_in_the_timeline_for_every_reader_as_recorded(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    died(house)
    for client in (house.ann(), house.doctor()):
        told = body(house, f"/v1/records/{ANN}/timeline?lang=en", client)["entries"][0]
        assert (told["start"], told["kind_text"]) == ("2026-11-20", "Death (as recorded)")
        assert (told["told_by"], told["details"]) == ("record", {"evidence": "Giấy báo tử số 1"})


def test_a_summary_says_that_the_patient_died_and_keeps_the_rules(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    wrote(house)
    died(house)
    bundle = json.loads(export(house, "ips"))
    assert broken(bundle) == []
    assert patient(bundle)["deceasedDateTime"] == "2026-11-20"
    earlier = json.loads(export(house, "ips", "&effective=2026-11-19"))
    assert "deceasedDateTime" not in patient(earlier)
    unaware = json.loads(export(house, "ips", "&as_of=2026-11-22"))
    assert "deceasedDateTime" not in patient(unaware)


def test_fhir_tells_of_the_death_and_makes_no_resource_of_words(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    wrote(house)
    died(house)
    assert body(house, f"/fhir/Patient/{ANN}")["deceasedDateTime"] == "2026-11-20"
    everything = body(house, f"/fhir/Patient/{ANN}/$everything")
    kinds = [one["resource"]["resourceType"] for one in everything["entry"]]
    assert kinds.count("Condition") == 1
    assert NOTE not in json.dumps(everything, ensure_ascii=False)
    assert patient(everything)["deceasedDateTime"] == "2026-11-20"
    collected = json.loads(export(house, "fhir"))
    assert patient(collected)["deceasedDateTime"] == "2026-11-20"
    alive = body(house, f"/fhir/Patient/{BEN}", house.browser(Role.CITIZEN, subject=BEN))
    assert "deceasedDateTime" not in alive


def test_a_sheet_and_a_print_tell_whose_words_they_are(house: BookHouse) -> None:
    wrote(house)
    died(house)
    rows = export(house, "csv").decode("utf-8-sig").splitlines()
    assert any(NOTE in row and "người bệnh · the person" in row for row in rows)
    assert any("2026-11-20" in row and "Death (as recorded)" in row for row in rows)
    document = pypdfium2.PdfDocument(export(house, "pdf"))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    for words in (NOTE, "Người bệnh tự ghi", "Ngày mất (theo ghi nhận)", "20/11/2026"):
        assert words in text


def test_the_shell_shows_both(house: BookHouse) -> None:
    wrote(house)
    died(house)
    asked = ("--legal-basis", "x", "--as-of", house.house.clock.at.isoformat())
    summary = house.house.records("book", "summary", str(ANN), *asked)
    assert summary.exit_code == 0, summary.output
    assert "Tử vong (theo ghi nhận) · Death (as recorded): 2026-11-20" in summary.output
    hidden = house.house.records("book", "show", str(ANN), "--section", "notes", *asked)
    assert NOTE not in hidden.output
    shown = house.house.records("book", "show", str(ANN), "--withheld", *asked)
    assert NOTE in shown.output
    assert "người bệnh" in shown.output


def test_a_linked_books_words_are_read_and_leave_again(house: BookHouse) -> None:
    wrote(house, subject=BEN)
    act = house.act()
    facts = house.house.system.facts
    books.link(facts, part=BEN, whole=ANN, reason="Một người", act=act)
    house.house.system.projector.catch_up()
    assert [one["text"] for one in body(house, "/v1/records/me/notes")["entries"]] == [NOTE]
    books.unlink(facts, part=BEN, whole=ANN, reason="Hai người", act=act)
    house.house.system.projector.catch_up()
    assert body(house, "/v1/records/me/notes")["entries"] == []
