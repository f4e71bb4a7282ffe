"""All that a citizen does with requests of their own, over one desk."""

from flask import Blueprint

from verify_api.citizen_desk import CitizenDesk
from verify_api.routes.citizen_code import citizen_code_routes
from verify_api.routes.citizen_payment import citizen_payment_routes
from verify_api.routes.citizen_requests import citizen_request_routes
from verify_api.routes.passcode_reset import passcode_reset_routes
from verify_api.routes.request_files import request_file_routes


def citizen_routes(desk: CitizenDesk) -> tuple[Blueprint, ...]:
    """Return the endpoints of requests, their files, codes, passcodes and payments."""
    return (
        citizen_request_routes(desk),
        request_file_routes(desk),
        citizen_code_routes(desk),
        passcode_reset_routes(desk),
        *citizen_payment_routes(desk),
    )
