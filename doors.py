"""Which doors an opened ledger has: every desk, every route, joined to one web service."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from flask import Flask

from keys.trust_list import STATUS_USE, TrustList
from ledger.certificates.kind import Wording
from ledger.certificates.kinds import by_document_type
from ledger.commands.certificates import load as load_certificate
from ledger.commands.papers import Letterhead, make_paper
from ledger.commands.retention import HealthRetention
from ledger.errors import NotFoundError
from ledger.facts import Act
from ledger.identifiers import facility_stream
from ledger.importers.journal import Journal
from ledger.importers.quarantine import Quarantine
from ledger.personal import Purpose
from projections.health_queries import HealthViews
from settings import payment_secret
from system import System
from verify_api.citizen_desk import CitizenDesk, citizen_desk
from verify_api.desk.auditing import Auditing
from verify_api.desk.auditing_log import AuditedLog
from verify_api.desk.auditing_reports import Reports
from verify_api.desk.care import AllCare, CareByPapers
from verify_api.desk.check_history import CheckHistory
from verify_api.desk.citizen_requests import ServedAuthority
from verify_api.desk.country import Assumptions, CountryDesk
from verify_api.desk.doing import Colleagues
from verify_api.desk.governing import governing_desk
from verify_api.desk.health_books import CareByVisits, LedgerHealthBooks
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.desk.intake import LedgerIntake
from verify_api.desk.join import House, filled
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.own_letters import OwnLetters
from verify_api.desk.paper_house import papers_of
from verify_api.desk.paper_lists import PaperLists
from verify_api.desk.papers import SEALED_BY, PaperDesk
from verify_api.desk.receipts import ReceiptDesk
from verify_api.desk.visits import VisitDesk
from verify_api.facility.house import FacilityHouse
from verify_api.facility.intake_desk import IntakeDesk
from verify_api.identity.desk import Identity
from verify_api.identity.provider_settings import client_secret
from verify_api.my_health.desk import MyHealth
from verify_api.payment_joined import join_platform
from verify_api.portal_desk import PortalAuthority, PortalDesk
from verify_api.ports import Ports, ServiceSettings
from verify_api.question import Policy
from verify_api.routes.appointment_requests import appointment_request_routes
from verify_api.routes.appointments import appointment_routes
from verify_api.routes.audit_pages import audit_page_routes
from verify_api.routes.auditing import auditing_routes
from verify_api.routes.citizen_doors import citizen_routes
from verify_api.routes.citizen_letters import citizen_letter_routes
from verify_api.routes.cleaning import Cleaning, cleaning_routes
from verify_api.routes.completeness import completeness_routes
from verify_api.routes.deaths import death_routes
from verify_api.routes.facility import facility_routes
from verify_api.routes.facility_appointment_requests import facility_appointment_request_routes
from verify_api.routes.fhir import fhir_routes
from verify_api.routes.figures import figure_routes
from verify_api.routes.governing import governing_routes
from verify_api.routes.intake import intake_routes
from verify_api.routes.log import log_routes
from verify_api.routes.my_health import my_health_routes
from verify_api.routes.officer import officer_routes
from verify_api.routes.officer_acts import officer_act_routes
from verify_api.routes.officer_search import officer_search_routes
from verify_api.routes.officer_signing import officer_signing_routes
from verify_api.routes.organisation_checks import organisation_check_routes
from verify_api.routes.paper_lists import paper_list_routes
from verify_api.routes.portal import portal_routes
from verify_api.routes.quality import quality_routes
from verify_api.routes.receipts import receipt_routes
from verify_api.routes.records import records_routes
from verify_api.routes.referrals import referral_routes
from verify_api.routes.shared_page import blueprint as shared_page
from verify_api.routes.visit_files import visit_file_routes
from verify_api.routes.visits import visit_routes
from verify_api.service import create_service
from verify_api.sessions import Sessions
from verify_api.signature_memory import SignatureMemory

AUDITS = "audits"
"""Folder in the home for reports of audits, where the settings name no other."""


def join(
    system: System,
    settings: ServiceSettings,
    read_picture: Callable[[bytes], list[str]],
    media_type_of: Callable[[bytes], str],
) -> Flask:
    """Return the web service over an opened ledger; strangers' files are read as told."""
    parts = filled(_house(system))
    ports = Ports(
        settings=settings,
        clock=system.clockwork.now,
        monotonic=time.monotonic,
        random_bytes=system.clockwork.random,
        verify=parts.verify,
        verify_many=parts.verify.many,
        read_picture=read_picture,
        media_type_of=media_type_of,
        papers=parts.papers,
        documents=parts.documents,
        accounts=system.accounts,
        sessions=Sessions(system.callers),
        api_tokens=system.api_tokens,
        identity=Identity(
            system.callers,
            system.directory,
            system.settings.oidc,
            client_secret(system.settings.home, system.settings.oidc),
            settings.public_url,
        ),
        own_records=parts.own_records,
        record_access=parts.record_access,
        record_checks=parts.record_checks,
        conditions=parts.conditions,
        gauges=parts.gauges,
    )
    books = health_books(system)
    governing = governing_desk(
        system.facts,
        system.views.database,
        system.calendar,
        books,
        names={one.code: one.name for one in system.settings.authorities},
        pause=time.sleep,
        retained=HealthRetention(HealthViews(system.views.database, system.subject_keys)),
        viewer=f"{settings.public_url}/shared",
    )
    more = (
        officer_routes(parts.office),
        officer_act_routes(parts.office),
        officer_search_routes(parts.office),
        officer_signing_routes(parts.office),
        log_routes(system.log, system.reading, system.policy),
        portal_routes(_portal(system)),
        intake_routes(
            LedgerIntake(
                system.facts,
                system.directory,
                system.clockwork.new_id,
                (sent := intake_desk(system)).told,
                time.monotonic,
            )
        ),
        visit_routes(visits := visit_desk(system)),
        visit_file_routes(visits),
        referral_routes(paper_desk := health_paper_desk(system)),
        appointment_routes(paper_desk),
        *appointment_request_routes(governing),
        facility_appointment_request_routes(paper_desk, governing),
        paper_list_routes(
            lists := PaperLists(system.facts, system.views, system.calendar), paper_desk
        ),
        cleaning_routes(Cleaning(system.facts, system.views.database)),
        quality_routes(system.views.database),
        figure_routes(country_desk(system), system.clockwork.now),
        records_routes(books, office=system.settings.authorities[0].name.vi),
        death_routes(system.facts, books),
        completeness_routes(system.completeness),
        shared_page,
        my_health_routes(
            MyHealth(
                books,
                governing,
                paper_desk,
                system.completeness,
                system.settings.authorities[0].name.vi,
            )
        ),
        *citizen_routes(_citizen(system, parts.own_records.papers, settings.public_url)),
        citizen_letter_routes(OwnLetters(system.facts, parts.own_records.papers)),
        receipt_routes(receipt_desk(system, settings.public_url)),
        organisation_check_routes(CheckHistory(system.views.database, _authority_name(system))),
        auditing_routes(auditing := auditing_desk(system)),
        audit_page_routes(auditing),
        fhir_routes(books, office=system.settings.authorities[0].name.vi),
        *governing_routes(governing),
        *facility_routes(
            FacilityHouse(
                paper_desk,
                lists,
                books,
                governing,
                sent,
                system.reading,
                system.directory,
            )
        ),
    )
    return create_service(ports, more=more)


def _citizen(system: System, papers: PaperDesk, public_url: str) -> CitizenDesk:
    settings = system.settings
    return citizen_desk(
        system.facts,
        system.calendar,
        authorities=[ServedAuthority(a.code, a.province, a.name) for a in settings.authorities],
        papers=papers,
        random_bytes=system.clockwork.random,
        kept=system.request_files,
        platform=join_platform(
            settings.payment, partial(payment_secret, settings), demo=settings.specimen,
            public_url=public_url,
        ),
    )  # fmt: skip


def receipt_desk(system: System, public_url: str) -> ReceiptDesk:
    """Return what signs receipts for checks, by the key of the first authority's lists."""
    board = Noticeboard(system.reading)
    issuer = system.settings.authorities[0].code

    def trust() -> TrustList:
        published = board.trust()
        if published is None:
            raise NotFoundError("no trust list has been published yet")
        return published.trust

    return ReceiptDesk(
        key=lambda at: system.key_in_use(STATUS_USE, issuer, at=at),
        sign=system.keyring.sign,
        trust=trust,
        document_signer=system.document_signer,
        service=public_url,
        specimen=system.settings.specimen,
    )


def auditing_desk(system: System) -> Auditing:
    """Return what answers an auditor of an opened ledger."""
    settings = system.settings
    log = AuditedLog(system.log, system.policy, system.reading)
    folder = Path(settings.audit_reports) if settings.audit_reports else settings.home / AUDITS
    return Auditing(
        facts=system.facts,
        reading=system.reading,
        views=system.views.database,
        views_url=settings.views,
        log=log,
        reports=Reports(folder, log.has),
        authorities=tuple(one.code for one in settings.authorities),
    )


def health_paper_desk(system: System) -> HealthPaperDesk:
    """Return the desk of referrals and appointments of an opened ledger."""
    return papers_of(_house(system), system.directory, system.clockwork.random)


def intake_desk(system: System) -> IntakeDesk:
    """Return the desk at which a facility's people see what was sent, and work it off."""

    def quarantine(facility: str) -> Quarantine:
        key = system.subject_keys.for_writing(
            facility_stream(facility), Purpose.HEALTH_RESTRICTED.value
        )
        folder = system.settings.home / "quarantine"
        folder.mkdir(mode=0o700, exist_ok=True)
        return Quarantine(folder / facility, key, system.clockwork.random)

    return IntakeDesk(
        facts=system.facts,
        numbers=system.directory,
        new_id=system.clockwork.new_id,
        quarantine=quarantine,
        journal=Journal(system.settings.home / "intake"),
        monotonic=time.monotonic,
    )


def visit_desk(system: System) -> VisitDesk:
    """Return the desk of single visits of an opened ledger."""
    return VisitDesk(system.facts, system.directory, system.clockwork.new_id, system.files)


def country_desk(system: System) -> CountryDesk:
    """Return what answers how far the country has come."""
    settings = system.settings
    return CountryDesk(system.views, Assumptions(settings.population, settings.booklet_vnd))


def health_books(system: System) -> LedgerHealthBooks:
    """Return the health books of an opened ledger."""
    views = HealthViews(system.views.database, system.subject_keys)
    care = AllCare((CareByVisits(views), CareByPapers(system.views.database)))
    return LedgerHealthBooks(system.facts, views, care, system.calendar, _authority_name(system))


def _authority_name(system: System) -> Callable[[str], Wording | None]:
    """Return what tells an authority's name by its code; nothing of one that is none of ours."""
    return {authority.code: authority.name for authority in system.settings.authorities}.get


def _officer_names(system: System) -> Callable[[str], str]:
    """Return what tells an officer's name; accounts that were added later are looked up once."""
    known: dict[str, str] = {}

    def name(account: str) -> str:
        if account not in known:
            known.update({one.account_id: one.title for one in system.accounts.all()})
        return known.setdefault(account, account)

    return name


def _colleagues(system: System) -> Colleagues:
    """Return what tells who works for an authority in a role."""

    def colleagues(authority: str, role: str) -> dict[str, str]:
        return {one.account_id: one.title for one in system.accounts.working_at(authority, role)}

    return colleagues


def _house(system: System) -> House:
    settings = system.settings
    names = {authority.code: authority.name for authority in settings.authorities}
    remembered = settings.remember_signatures
    return House(
        facts=system.facts,
        reading=system.reading,
        checking=system.checking,
        log=system.log,
        release=system.release,
        views=system.views,
        subject_keys=system.subject_keys,
        calendar=system.calendar,
        issuing=system.desk,
        issuing_key=system.issuing_key,
        document_signer=system.document_signer,
        authorities=tuple(names),
        authority_name=names.get,
        officer_name=_officer_names(system),
        host=settings.host,
        specimen=settings.specimen,
        policy=Policy(
            by_document_type(),
            frozenset({settings.host}),
            system.foreign_trust,
            signatures=SignatureMemory(remembered) if remembered else None,
        ),
        clock=system.clockwork.now,
        new_id=system.clockwork.new_id,
        write_bundle=lambda _trust, _lists, at: system.bundle(at),
        directory=system.directory,
        colleagues=_colleagues(system),
    )


def _portal(system: System) -> PortalDesk:
    def paper(certificate: UUID, *, act: Act) -> bytes:
        found = load_certificate(system.facts, certificate)
        intent = found.certificate.intent
        code = "" if intent is None else intent.authority
        letterhead = Letterhead(
            host=system.settings.host,
            authority=system.settings.authority(code).name,
            officer=SEALED_BY.vi,
            specimen=system.settings.specimen,
        )
        signer = system.document_signer(code)
        return make_paper(
            system.facts,
            certificate=certificate,
            letterhead=letterhead,
            signer=signer,
            act=act,
            release=system.release,
        )

    authorities = {
        authority.code: PortalAuthority(authority.code, authority.province)
        for authority in system.settings.authorities
    }
    return PortalDesk(
        facts=system.facts,
        reading=system.reading,
        directory=system.directory,
        views=system.views.database,
        calendar=system.calendar,
        ids=system.clockwork.new_id,
        papers=paper,
        authorities=authorities,
    )
