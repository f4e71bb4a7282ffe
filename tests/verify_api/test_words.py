import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from unicodedata import is_normalized

import pytest
from flask import Flask

from verify_api.day_parts import PARTS
from verify_api.json_provider import OrjsonProvider
from verify_api.metrics import Metrics
from verify_api.moments import day_words, microseconds, moment, moment_words
from verify_api.picture_error import PictureRule
from verify_api.ports import Pressure
from verify_api.problems import PICTURES
from verify_api.static_files import FOLDER
from verify_api.verdict import Authenticity, Logged, Standing, SubjectMatch
from verify_api.words import WORDS

TEMPLATES = FOLDER.parent / "templates"


def test_every_word_is_there_in_both_languages_and_composed() -> None:
    for key, wording in WORDS.items():
        assert wording.vi, key
        assert wording.en, key
        assert is_normalized("NFC", wording.vi), key


def test_templates_use_the_words_that_there_are_and_no_other() -> None:
    text = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    used = set(re.findall(r"""say\(["']([a-z_.]+)["']\)""", text))
    scripts = "".join(path.read_text() for path in FOLDER.glob("*.js"))
    built = {
        *re.findall(r"""["'](offline\.[a-z_.]+)["']""", scripts),
        *(
            f"axis.{name}"
            for name in (
                "authenticity",
                "standing",
                "logged",
                "subject",
                "acceptance",
            )
        ),
        *(f"pressure.{pressure}" for pressure in Pressure),
        *(f"picture.{rule}" for rule in PictureRule if rule not in PICTURES),
        *(f"sex.{sex}" for sex in ("male", "female", "other")),
        *(f"source.{source}" for source in ("register", "signed_list")),
        *(f"form.{part}" for part in PARTS),
        *(f"login.{code}" for code in ("sign_in_refused", "too_many_requests")),
    }
    assert used <= set(WORDS)
    assert built <= set(WORDS)
    assert set(WORDS) - used - built == set()
    assert len({Authenticity, Standing, Logged, SubjectMatch}) == 4


def test_templates_hold_no_words_of_their_own() -> None:
    for path in TEMPLATES.rglob("*.html"):
        outside = re.sub(r"\{[%{#].*?[%}#]\}|<[^>]*>", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(r"[A-Za-zÀ-ỹ]{3}", outside), path.name


def test_moments_are_those_of_vietnam() -> None:
    at = datetime(2026, 11, 24, 20, 5, tzinfo=UTC)
    assert moment_words(at, "vi") == "03:05, 25/11/2026"
    assert moment_words(at, "en") == "03:05, 25 November 2026"
    assert day_words(date(985, 1, 2), "vi") == "02/01/0985"
    assert moment(microseconds(at)) == at


def test_json_keeps_order_and_vietnamese() -> None:
    app = Flask(__name__)
    provider = OrjsonProvider(app)
    value = {"b": "Mẫu", "a": datetime(2026, 1, 2, tzinfo=UTC)}
    assert provider.dumps(value) == '{"b":"Mẫu","a":"2026-01-02T00:00:00+00:00"}'
    assert provider.loads('{"a":1}') == {"a": 1}
    assert provider.response(a=1).data == b'{"a":1}'


def test_figures_of_several_processes_are_added(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    worker = "from verify_api.metrics import Metrics; Metrics().judged('valid')"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", worker], check=True, cwd=FOLDER.parents[1])
    assert b'records_verdicts_total{state="valid"} 2.0' in Metrics().text()
