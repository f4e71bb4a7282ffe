"""The menu of each role: which pages it offers, in which order. One line a page.

A page stands here by its endpoint: the address comes from the route, and a page that the running
service does not have is not offered. Who may open it stays with the endpoint's own access rule.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.callers import Role

PAGES: Final[Mapping[str, Wording]] = MappingProxyType({
    "audit_pages.log": Wording("Sổ công khai", "Log"),
    "audit_pages.record_form_page": Wording("Hồ sơ", "Record"),
    "audit_pages.officer_form_page": Wording("Cán bộ", "Officer"),
    "audit_pages.findings": Wording("Phát hiện", "Findings"),
    "audit_pages.figures": Wording("Số liệu", "Figures"),
    "pages.front": Wording("Kiểm tra mã", "Check a code"),
    "check.forms": Wording("Mã bị hỏng?", "Code damaged?"),
    "citizen.mine": Wording("Hồ sơ của tôi", "My requests"),
    "my_health.overview": Wording("Sổ sức khỏe", "Health book"),
    "officer.queue": Wording("Việc cần làm", "Work queue"),
    "figures.figures": Wording("Số liệu", "Figures"),
    "cleaning.pairs": Wording("Người trùng nhau", "Doubled persons"),
    "many.form": Wording("Nhiều mã", "Many codes"),
    "organisation.members": Wording("Thành viên", "Members"),
    "organisation_checks.show": Wording("Lần kiểm tra", "Checks made"),
    "facility.home": Wording("Cơ sở", "Facility"),
    "facility_reception.desk": Wording("Tiếp nhận", "Reception"),
    "facility_papers.own": Wording("Phiếu của cơ sở", "Papers"),
    "facility_patients.find": Wording("Sổ người bệnh", "Patient's book"),
    "facility_days.day": Wording("Lịch hẹn", "Appointments"),
    "facility_asks.waiting": Wording("Đề nghị hẹn", "Asks"),
    "facility_intake.status": Wording("Dữ liệu đã gửi", "Data sent"),
    "facility_signing.waiting": Wording("Ký phiếu", "Sign"),
    "facility_reviews.tasks": Wording("Xem xét khẩn cấp", "Emergency reviews"),
    "facility_reviews.looks": Wording("Ai đã xem", "Who looked"),
})  # fmt: skip
"""What a menu calls a page, by its endpoint."""

_CHECKS: Final = ("pages.front", "check.forms", "figures.figures")
_OFFICER: Final = ("officer.queue", "pages.front", "check.forms")
_FACILITY: Final = (
    "facility_days.day", "facility_asks.waiting", "facility_intake.status", "facility.home",
)  # fmt: skip

MENUS: Final[Mapping[Role, tuple[str, ...]]] = MappingProxyType({
    Role.ANONYMOUS: _CHECKS,
    Role.CITIZEN: ("citizen.mine", "my_health.overview", "pages.front"),
    Role.INTAKE_OFFICER: _OFFICER,
    Role.CASE_OFFICER: _OFFICER,
    Role.POLICE_CHECKER: _OFFICER,
    Role.SIGNER: _OFFICER,
    Role.VERIFIER: (
        "pages.front", "many.form", "organisation_checks.show", "check.forms",
        "organisation.members", "figures.figures",
    ),
    Role.PROCEDURAL_AGENCY: (*_CHECKS, "many.form", "organisation_checks.show"),
    Role.CLINICIAN: (
        "facility_reception.desk", "facility_papers.own", "facility_patients.find", *_FACILITY,
        "pages.front", "check.forms", "organisation.members", "organisation_checks.show",
    ),
    Role.FACILITY_SIGNER: (
        "facility_signing.waiting", "facility_papers.own", "facility_reviews.tasks",
        "facility_reviews.looks", *_FACILITY, "facility_reception.desk", "pages.front",
        "check.forms", "organisation.members", "organisation_checks.show",
    ),
    Role.SOCIAL_INSURANCE: _CHECKS,
    Role.DATA_STEWARD: ("cleaning.pairs", *_CHECKS),
    Role.DATA_PROTECTION_OFFICER: _CHECKS,
    Role.AUDITOR: (
        "audit_pages.log", "audit_pages.record_form_page", "audit_pages.officer_form_page",
        "audit_pages.findings", "audit_pages.figures", *_CHECKS,
    ),
    Role.OPERATOR: _CHECKS,
    Role.KEY_ADMINISTRATOR: _CHECKS,
})  # fmt: skip
"""By role; a role that is a machine's has none. The first page is the one that matters most."""

ALSO: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"/work": ("/officer",)})
"""Where else the pages below a page stand, by its address: an officer's tools beside the queue."""
BESIDE: Final = 4
"""How many pages stand side by side; the others are folded under one word."""


@dataclass(frozen=True, slots=True)
class MenuLink:
    """One page of a menu."""

    address: str
    title: Wording
    here: str
    """What ``aria-current`` says: ``page``, ``true`` on a page below it, or nothing."""


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages that are seen at once, and those that are folded."""

    first: tuple[MenuLink, ...]
    more: tuple[MenuLink, ...] = ()


def menu(
    role: Role,
    path: str,
    *,
    running: Collection[str],
    address: Callable[[str], str],
    menus: Mapping[Role, tuple[str, ...]] = MENUS,
    pages: Mapping[str, Wording] = PAGES,
) -> Menu:
    """Return what ``role`` is offered on the page at ``path``.

    Args:
        role: Of who looks.
        path: Of the page that is shown.
        running: The endpoints that the service has.
        address: Gives the address of an endpoint.
        menus: The table of menus.
        pages: What a menu calls each page.
    """
    offered = [endpoint for endpoint in menus.get(role, ()) if endpoint in running]
    above = [address(one) for one in offered if _here(address(one), path)]
    nearest = max(above, key=len, default="")  # of pages that lie below one another
    links = [
        MenuLink(at := address(endpoint), pages[endpoint], _here(at, path) if at == nearest else "")
        for endpoint in offered
    ]
    if len(links) <= BESIDE:
        return Menu(tuple(links))
    return Menu(tuple(links[: BESIDE - 1]), tuple(links[BESIDE - 1 :]))


def _here(address: str, path: str) -> str:
    if path == address:
        return "page"
    areas = (address, *ALSO.get(address, ()))
    below = address != "/" and any(path.startswith(f"{area}/") for area in areas)
    return "true" if below else ""
