"""What each arrival of a simulated day does, request by request; the first refusal ends it."""

import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from threading import Lock
from typing import Any, Final

from ledger.identifiers import request_stream
from shell.demo_papers import appointment_content, referral_content
from shell.demo_visits import VIETNAM, visits_of
from shell.population import SamplePerson
from shell.simulate_client import NOBODY, Answer, Client, Who
from shell.simulate_day import Kind
from shell.simulate_tally import Tally
from shell.simulate_world import Cast

FHIR: Final = "application/fhir+json"
_SPOILED_EVERY: Final = 20
_KEPT_TEXTS: Final = 200
_SECTIONS: Final = ("timeline", "medicines", "problems", "visits", "allergies")
_FEE: Final = 200_000
_CODES: Final = 10**7
"""Of dossiers on one day."""
STEPS: Final[tuple[tuple[str, str, Mapping[str, str]], ...]] = (
    ("intake", "accept", {}),
    ("case", "forward", {"reference": "MO-PHONG"}),
    ("case", "acknowledge", {"reference": "QG-MO-PHONG"}),
    ("case", "request_lookup", {}),
    ("case", "complete_lookup", {}),
    ("case", "request_police_check", {}),
    ("police", "complete_police_check", {"police": "none"}),
    ("case", "record_result", {}),
    ("case", "begin_certificate", {}),
    ("signer", "mark_ready", {}),
    ("case", "deliver", {"delivery": "vneid"}),
)
"""Who does what with a dossier that nothing is wrong with, and what they type."""


class RefusedOnTheWay(Exception):  # noqa: N818  ends an arrival; counted already
    """A request was not answered well, and what was to follow makes no sense."""


@dataclass
class Acts:
    """What arrivals do; shared by all threads."""

    client: Client
    people: Cast
    tally: Tally
    clock: Callable[[], float]
    now: Callable[[], datetime]
    dice: random.Random
    run: int
    """A number of this run: names are not to be those of an earlier one."""
    _ordinals: "count[int]" = field(default_factory=lambda: count(1))
    _texts: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_TEXTS))
    _one_at_a_time: Lock = field(default_factory=Lock)

    def play(self, kind: Kind, due: float) -> None:
        """Do what an arrival of ``kind``, which was due at ``due``, does."""
        self.tally.began(kind, max(0.0, self.clock() - due))
        try:
            getattr(self, f"_{kind.value}")()
        except RefusedOnTheWay:
            return
        self.tally.ended(kind)

    def _verification(self) -> None:
        ordinal = self._next()
        known = (*self.people.texts, *self._texts)
        text = known[ordinal % len(known)]
        if ordinal % _SPOILED_EVERY == 0:
            text = f"{text[:-1]}{(int(text[-1]) + 1) % 10}"
        # A checker with an account, or anybody.
        who = self.people.officers["checker"] if ordinal % 2 else NOBODY
        self._ask(
            Kind.VERIFICATION, lambda: self.client.post_json("/v1/verify", {"text": text}, who)
        )

    def _visit(self) -> None:
        person, facility = self._person(), self.people.origin
        with self._one_at_a_time:
            ((_, document),) = visits_of(person, facility=facility, at=[self._at()], dice=self.dice)
        self._ask(Kind.VISIT, lambda: self.client.post_json(
            "/v1/visits", document, self.people.sender, media_type=FHIR))  # fmt: skip

    def _look(self) -> None:
        section = _SECTIONS[self._next() % len(_SECTIONS)]
        self._ask(Kind.LOOK, lambda: self.client.send(
            "GET", f"/v1/records/me/{section}", None, self.people.citizen))  # fmt: skip

    def _share(self) -> None:
        body = {"minutes": 30, "sections": ["medicines"], "label": "Mô phỏng"}
        made = self._post(Kind.SHARE, "/v1/shares", body, self.people.citizen)
        self._ask(Kind.SHARE, lambda: self.client.send(
            "DELETE", f"/v1/shares/{made['share']}", None, self.people.citizen))  # fmt: skip

    def _appointment(self) -> None:
        person, ordinal = self._person(), self._named()
        content = appointment_content(self.people.origin, ordinal, person.address, at=self._at())
        self._signed(Kind.APPOINTMENT, "appointments", person, content)

    def _referral(self) -> None:
        paper = self._referred(Kind.REFERRAL)
        for act in ("present", "accept"):
            body = {"came_from": self.people.origin}
            self._post(Kind.REFERRAL, f"/v1/referrals/{paper}/{act}", body, self.people.receiver)

    def _revocation(self) -> None:
        paper = self._referred(Kind.REVOCATION)
        who = self.people.officers["facility_signer"]
        body = {"reason": "Mô phỏng"}
        self._post(Kind.REVOCATION, f"/v1/referrals/{paper}/cancel", body, who)

    def _application(self) -> None:
        ordinal = self._named()
        today = self._at().date()
        code = f"H{self.people.province}-{today:%y%m%d}-{ordinal % _CODES:07}"
        body = _dossier(self._stranger(ordinal), code, self.people.province, f"{today:%d/%m/%Y}")
        self._post(Kind.APPLICATION, "/v1/portal/dossiers", body, self.people.portal)
        request = request_stream(self.people.authority, code)
        for role, act, typed in STEPS:
            fields = {**typed, "once": f"{self.run}-{ordinal}-{act}"}
            if role == "signer":
                fields["password"] = self.people.password
            self._form(f"/work/{request}/{act}", fields, self.people.officers[role])

    def _referred(self, kind: Kind) -> str:
        person, ordinal = self._person(), self._named()
        content = referral_content(
            self.people.origin, self.people.destination, ordinal, person.address, at=self._at()
        )
        return self._signed(kind, "referrals", person, content)

    def _signed(
        self, kind: Kind, papers: str, person: SamplePerson, content: Mapping[str, Any]
    ) -> str:
        patient = {
            "name": person.name, "birth_date": person.birth_date.isoformat(), "sex": person.sex,
            "number": person.number,
        }  # fmt: skip
        body = {"patient": patient, "content": content}
        drafted = self._post(kind, f"/v1/{papers}", body, self.people.sender)
        who = self.people.officers["facility_signer"]
        signed = self._post(kind, f"/v1/{papers}/{drafted['id']}/sign", None, who)
        if signed["code"]:
            self._texts.append(signed["code"])
        return str(drafted["id"])

    def _post(self, kind: Kind, path: str, body: object, who: Who) -> Any:
        content = b"" if body is None else body
        answer = self._ask(kind, lambda: self.client.post_json(path, content, who))
        return answer.body if answer.content else None

    def _form(self, path: str, fields: Mapping[str, str], who: Who) -> None:
        self._ask(Kind.APPLICATION, lambda: self.client.post_form(path, fields, who))

    def _ask(self, kind: Kind, send: Callable[[], Answer]) -> Answer:
        began = self.clock()
        answer = send()
        self.tally.answered(kind, self.clock() - began, answer.problem)
        if answer.problem is not None:
            raise RefusedOnTheWay
        return answer

    def _next(self) -> int:
        return next(self._ordinals)

    def _named(self) -> int:
        """Return an ordinal that no earlier run has used."""
        return self.run * 10_000 + self._next()

    def _at(self) -> datetime:
        return self.now().astimezone(VIETNAM)

    def _person(self) -> SamplePerson:
        return self.people.people[self._next() % len(self.people.people)]

    def _stranger(self, ordinal: int) -> SamplePerson:
        """Return somebody who has no open application: nobody else's number ends so."""
        person = self.people.people[ordinal % len(self.people.people)]
        return SamplePerson(
            person.name, person.birth_date, person.sex, f"{person.number[:6]}{ordinal % 10**6:06}",
            person.phone, person.address, person.mother, person.father,
        )  # fmt: skip


def _dossier(person: SamplePerson, code: str, province: str, today: str) -> dict[str, Any]:
    """Return an application as a province's system sends it."""
    return {
        "maTinh": province,
        "maHoSoMCDT": code,
        "ngayTiepNhan": today,
        "nguonDangKy": 1,
        "toKhai": {
            "loaiPhieu": 1,
            "nycHoTen": person.name,
            "nycGioiTinh": person.sex,
            "nycNgaySinh": f"{person.birth_date:%d/%m/%Y}",
            "nycLoaiGiayTo": 1,
            "nycSoGiayTo": person.number,
            "nycDienThoai": person.phone,
            "thongTinThanhToan": {"nhomDoiTuong": 1, "phiLLTP": _FEE, "tongPhi": _FEE},
            "quaTrinhCTNNNLV": [{"tuThangNam": "01/2010", "noiThuongTru": person.address}],
        },
        "thongTinBienLai": {"trangThaiGD": 1, "soBienLai": f"BL-{code}"},
    }
