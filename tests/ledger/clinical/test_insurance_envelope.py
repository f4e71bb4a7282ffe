"""A facility's file is read strictly, each episode on its own, and its bytes are kept."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.findings import errors
from ledger.clinical.insurance_envelope import (
    LARGEST_ENVELOPE,
    MOST_EPISODES,
    Episode,
    read_envelope,
    read_evidence,
    without_tables,
)
from ledger.clinical.insurance_fields import KEPT
from ledger.errors import InvalidInputError
from tests_support.insurance_faults import BadEpisode, BadFile, bad_episodes, bad_files
from tests_support.insurance_samples import (
    ALL_READ,
    FACILITY,
    USUAL,
    envelope_xml,
    episode_xml,
    sample_envelope,
    sample_tables,
)


def only(data: bytes) -> Episode:
    (episode,) = read_envelope(data).episodes
    return episode


def rules(episode: Episode) -> set[tuple[str, str]]:
    return {(found.place, found.rule) for found in errors(episode.findings)}


def test_a_sound_file_gives_its_episode_with_key_facility_and_tables() -> None:
    data = sample_envelope(5, ALL_READ)
    episode = only(data)
    assert (episode.key, episode.facility) == ("MAU000000005", FACILITY)
    assert tuple(episode.tables) == ALL_READ
    assert episode.findings == ()
    assert episode.acceptable
    assert episode.received is data
    assert not episode.restricted


@given(
    seed=st.integers(0, 10**6),
    tables=st.sets(st.sampled_from(ALL_READ)).map(lambda chosen: sorted({1, *chosen})),
)
def test_every_generated_episode_reads_back_field_by_field(seed: int, tables: list[int]) -> None:
    made = sample_tables(seed, tables)
    episode = only(envelope_xml(episode_xml(made)))
    assert episode.acceptable
    for number, records in made.items():
        said = [{name: text for name, text in one.items() if text} for one in records]
        assert [dict(one) for one in episode.tables[number].records] == [
            {name: one[name] for name in sorted(one)} | one for one in said
        ]


@pytest.mark.parametrize("bad", tuple(bad_files()), ids=lambda bad: bad.name)
def test_a_file_that_cannot_be_read_is_a_typed_error(bad: BadFile) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_envelope(bad.data)
    assert refused.value.rule == bad.rule


@pytest.mark.parametrize("bad", tuple(bad_episodes()), ids=lambda bad: bad.name)
def test_a_bad_episode_is_refused_with_its_place(bad: BadEpisode) -> None:
    found = {(place.partition(",")[0], rule) for place, rule in rules(only(bad.data))}
    assert (bad.place, bad.rule) in found


@pytest.mark.parametrize("bad", tuple(bad_episodes()), ids=lambda bad: bad.name)
def test_what_one_episode_gets_wrong_spoils_no_other(bad: BadEpisode) -> None:
    wrong = bad.data.decode().partition("<DANHSACHHOSO>")[2].partition("</DANHSACHHOSO>")[0]
    first, second = episode_xml(sample_tables(11)), episode_xml(sample_tables(12))
    envelope = read_envelope(envelope_xml(first, wrong, second))
    assert [one.acceptable for one in envelope.episodes] == [True, False, True]
    assert [one.number for one in envelope.episodes] == [1, 2, 3]


def test_each_of_several_episodes_keeps_the_exact_bytes_of_its_own() -> None:
    parts = [episode_xml(sample_tables(seed)) for seed in range(3)]
    data = envelope_xml(f"<!-- <HOSO> -->{parts[0]}", parts[1], f"<?x </HOSO>?>{parts[2]}")
    episodes = read_envelope(data).episodes
    assert [one.received for one in episodes] == [part.encode() for part in parts]
    for one in episodes:
        again = read_evidence(one.received)
        assert (again.key, again.tables) == (one.key, one.tables)


def test_tags_are_found_where_attributes_hold_angle_brackets_and_spaces() -> None:
    part = episode_xml(sample_tables(1))
    odd = part.replace("<HOSO>", "<HOSO mau='a > b' >").replace("</HOSO>", "</HOSO >")
    data = envelope_xml(odd, part.replace("MAU0", "MAU1"))
    assert read_envelope(data).episodes[0].received == odd.encode()


def test_the_evidence_of_a_file_of_one_is_the_whole_file() -> None:
    data = sample_envelope(3)
    assert read_evidence(data) == only(data)


def test_a_byte_order_mark_is_allowed_and_kept() -> None:
    data = b"\xef\xbb\xbf" + sample_envelope(3)
    assert only(data).acceptable
    assert only(data).received == data


def test_the_signature_is_kept_as_it_came_and_only_reported() -> None:
    signature = "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><X>mẫu</X></Signature>"
    part = episode_xml(sample_tables(3))
    envelope = read_envelope(envelope_xml(part, signature=signature))
    kept = f"<CHUKYDONVI>{signature}</CHUKYDONVI>".encode()
    assert envelope.signature == envelope.episodes[0].signature == kept
    assert read_envelope(envelope_xml(part)).signature == b""


def test_tables_that_are_not_read_are_kept_and_table_6_restricts() -> None:
    others = dict.fromkeys(KEPT, "<BẤT_KỲ>mẫu</BẤT_KỲ>".encode())
    data = envelope_xml(episode_xml({**sample_tables(3), **others}))
    episode = only(data)
    assert episode.acceptable
    assert episode.kept == set(KEPT)
    assert episode.restricted
    assert tuple(episode.tables) == USUAL


def test_the_evidence_without_table_6_is_every_other_byte() -> None:
    tables = sample_tables(3)
    whole = only(envelope_xml(episode_xml({**tables, 6: b"<HIV/>"})))
    file = f"<FILEHOSO><LOAIHOSO>XML6</LOAIHOSO><NOIDUNGFILE>{base64.b64encode(b'<HIV/>').decode()}"
    cut = f"{file}</NOIDUNGFILE></FILEHOSO>".encode()
    assert without_tables(whole.received) == whole.received.replace(cut, b"")
    left = read_evidence(without_tables(whole.received))
    assert not left.restricted
    assert left.tables == whole.tables
    assert without_tables(sample_envelope(3)) == sample_envelope(3)


def test_an_unknown_table_is_reported_and_not_read() -> None:
    part = episode_xml(sample_tables(3)).replace("XML7<", "XML77<")
    episode = only(envelope_xml(part))
    assert episode.acceptable
    assert ("FILEHOSO[6].LOAIHOSO", "table_unknown") in {
        (found.place, found.rule) for found in episode.findings
    }


def test_the_same_key_twice_in_a_file_is_refused_the_second_time() -> None:
    part = episode_xml(sample_tables(3))
    first, second = read_envelope(envelope_xml(part, part)).episodes
    assert first.acceptable
    assert rules(second) == {("XML1.MA_LK", "episode_repeated")}


def test_a_wrong_count_and_another_sender_are_reported_and_refuse_nothing() -> None:
    data = sample_envelope(3).replace(b"<SOLUONGHOSO>1<", b"<SOLUONGHOSO>2<")
    envelope = read_envelope(data.replace(b"<MACSKCB>79A02", b"<MACSKCB>01001"))
    assert [found.rule for found in envelope.findings] == ["episodes_counted"]
    assert [found.rule for found in envelope.episodes[0].findings] == ["sender_differs"]
    assert envelope.episodes[0].acceptable


def test_more_episodes_than_the_limit_are_refused() -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_envelope(envelope_xml(*["<HOSO/>"] * (MOST_EPISODES + 1)))
    assert refused.value.rule == "envelope_episodes"


def test_a_file_larger_than_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_envelope(b"<" * 101, largest=100)
    assert refused.value.rule == "xml_size"
    assert LARGEST_ENVELOPE > 32 * 1024


@given(st.binary(max_size=300))
def test_any_bytes_are_an_envelope_or_a_typed_error(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_envelope(data)


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.binary(max_size=4))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    start: int, length: int, stranger: bytes
) -> None:
    data = sample_envelope(2, (1, 2))
    damaged = data[:start] + stranger + data[start + length :]
    said = ""
    try:
        said = " ".join(f"{found.place} {found.expected}" for found in only(damaged).findings)
    except InvalidInputError as refused:
        said = str(refused)
    assert "NGUY" not in said
    assert "MẪU" not in said
