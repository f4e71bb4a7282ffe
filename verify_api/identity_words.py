"""The words of signing in at a provider, of showing again who one is, and of organisations."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from verify_api.callers import Role
from verify_api.identity.organisations import OrganisationKind

IDENTITY: Final[Mapping[str, Wording]] = MappingProxyType({
    "with": Wording("Đăng nhập bằng", "Sign in with"),
    "or": Wording("hoặc bằng tài khoản của hệ thống", "or with an account of this service"),
    "refused_title": Wording("Không đăng nhập được", "You are not signed in"),
    "identity_refused": Wording(
        "Không thể tin cậy kết quả xác thực vừa nhận được, nên chưa ai được đăng nhập. "
        "Hãy thực hiện lại từ trang đăng nhập.",
        "What came back cannot be trusted, so nobody was signed in. Begin again on the page for "
        "signing in."),
    "provider_unavailable": Wording(
        "Hệ thống định danh hiện không trả lời. Hãy thử lại sau ít phút.",
        "The identity system does not answer now. Try again in a few minutes."),
    "not_linked": Wording(
        "Danh tính của bạn đã được xác nhận, nhưng chưa có hồ sơ hay tài khoản nào ở đây gắn với "
        "danh tính đó. Hãy liên hệ bộ phận một cửa.",
        "Who you are is confirmed, but no record or account here belongs to it yet. Ask at the "
        "counter."),
    "provider_refused": Wording(
        "Việc đăng nhập đã bị hủy hoặc bị từ chối ở hệ thống định danh.",
        "Signing in was cancelled or refused by the identity system."),
    "assurance": Wording(
        "Mức xác thực chưa đủ. Hãy đăng nhập bằng tài khoản định danh mức cao hơn.",
        "The level of that sign-in is not enough. Use an identity account of a higher level."),
    "another_person": Wording(
        "Người vừa xác thực không phải là người đang đăng nhập.",
        "Who was confirmed is not who is signed in here."),
    "back_to_login": Wording("Về trang đăng nhập", "To the page for signing in"),
    "farewell_title": Wording("Bạn đã đăng xuất ở đây", "You have signed out here"),
    "farewell": Wording(
        "Phiên ở hệ thống định danh có thể vẫn còn. Trên máy dùng chung, hãy đăng xuất cả ở đó.",
        "Your session at the identity system may go on. On a shared device, end it there, too."),
    "farewell_there": Wording("Đăng xuất ở hệ thống định danh", "Sign out there, too"),
    "step_up_title": Wording("Xác nhận lại danh tính", "Show again who you are"),
    "step_up_why": Wording(
        "Việc này cần một lần xác thực không quá {minutes} phút. Bạn chưa thực hiện gì cả.",
        "This needs a sign-in not older than {minutes} minutes. Nothing has been done yet."),
    "step_up_kept": Wording(
        "Những gì bạn đã nhập được giữ lại và gửi cùng.",
        "What you entered is kept and sent along."),
    "step_up_again": Wording(
        "Sau khi xác nhận, hãy thực hiện lại việc này.", "Repeat it once you have confirmed."),
    "step_up_provider": Wording(
        "Xác thực lại ở hệ thống định danh", "Confirm at the identity system"),
    "step_up_button": Wording("Xác nhận và tiếp tục", "Confirm and go on"),
    "sign_in_refused": Wording("Mật khẩu không đúng.", "The password is not right."),
    "too_many_requests": Wording(
        "Bạn đã thử quá nhiều lần. Hãy đợi một phút.", "Too many attempts: wait for a minute."),
    "password": Wording("Mật khẩu của bạn", "Your password"),
    "organisation": Wording("Đơn vị", "Organisation"),
    "organisation_title": Wording("Thành viên của đơn vị", "Members of the organisation"),
    "organisation_lead": Wording(
        "Bạn quản lý thành viên của đơn vị mình. Mỗi thay đổi được ghi vào nhật ký.",
        "You manage the members of your own organisation. Every change is written down."),
    "not_an_administrator": Wording(
        "Bạn không phải là người quản trị của đơn vị. Hãy hỏi người quản trị.",
        "You are not an administrator of your organisation. Ask one."),
    "code": Wording("Mã đơn vị", "Code"),
    "kind": Wording("Loại đơn vị", "Sort"),
    "members": Wording("Thành viên", "Members"),
    "no_members": Wording("Chưa có thành viên.", "There are no members."),
    "member": Wording("Họ tên và tên đăng nhập", "Name"),
    "role": Wording("Vai trò", "Role"),
    "administers": Wording("Quản trị", "Administrator"),
    "act": Wording("Thao tác", "Act"),
    "remove": Wording("Cho thôi", "Remove"),
    "remove_title": Wording("Cho thành viên này thôi?", "Remove this member?"),
    "remove_point": Wording(
        "Người này không đăng nhập được nữa và mọi phiên đang mở kết thúc ngay.",
        "They sign in no more, and their open sessions end at once."),
    "remove_keeps": Wording(
        "Những việc đã làm vẫn còn trong sổ, dưới mã của tài khoản.",
        "What they did stays on record under the account's reference."),
    "invite_title": Wording("Mời thành viên", "Invite somebody"),
    "invite_name": Wording("Tên đăng nhập", "Account name"),
    "invite_name_hint": Wording(
        "Chữ thường không dấu, chữ số, dấu chấm hoặc gạch nối.",
        "Lower-case letters, digits, dots or hyphens."),
    "invite_who": Wording("Họ và tên", "Full name"),
    "invite_button": Wording("Tạo lời mời", "Make the invitation"),
    "invited_title": Wording("Đã tạo lời mời", "The invitation is made"),
    "invited": Wording(
        "Trao mã này tận tay người được mời. Mã chỉ hiện một lần, dùng một lần, trong bảy ngày, "
        "tại trang",
        "Hand this code to who is invited. It is shown this once and works once, within seven "
        "days, at"),
    "invitation_code": Wording("Mã lời mời", "Invitation code"),
    "invitations": Wording("Lời mời đang chờ", "Open invitations"),
    "until": Wording("Hết hạn lúc", "Ends"),
    "withdraw": Wording("Rút lại", "Withdraw"),
    "join_title": Wording("Nhận lời mời vào đơn vị", "Join an organisation"),
    "join_password": Wording("Chọn mật khẩu", "Choose a password"),
    "join_hint": Wording("Ít nhất 12 ký tự.", "At least 12 characters."),
    "join_button": Wording("Tạo tài khoản", "Open the account"),
    "joined": Wording(
        "Tài khoản đã được mở. Hãy đăng nhập bằng tên", "The account is open. Sign in as"),
})  # fmt: skip

WRONG: Final[Mapping[str, Wording]] = MappingProxyType({
    "member_role": Wording("Chọn một vai trò trong danh sách.", "Choose one of the roles."),
    "account_name": Wording(
        "Dùng 1 đến 64 chữ thường không dấu, chữ số, dấu chấm hoặc gạch nối.",
        "Use 1 to 64 lower-case letters, digits, dots or hyphens."),
    "member_title": Wording("Nhập họ và tên, tối đa 120 ký tự.", "Enter a name of at most 120."),
    "conflict": Wording("Tên đăng nhập này đã có người dùng.", "This account name is taken."),
    "too_many_members": Wording(
        "Đơn vị đã đủ số thành viên cho phép.", "The organisation has as many as it may."),
    "password_length": Wording(
        "Mật khẩu phải dài từ 12 đến 256 ký tự.", "The password needs 12 to 256 characters."),
    "password_is_name": Wording(
        "Mật khẩu không được chứa tên đăng nhập.", "The password must not hold the account name."),
    "invitation_unknown": Wording(
        "Mã không đúng, đã dùng, đã rút lại hoặc đã hết hạn.",
        "The code is wrong, used, withdrawn or over."),
})  # fmt: skip
"""By the rule that a field breaks."""

ROLE_WORDS: Final[Mapping[Role, Wording]] = MappingProxyType({
    Role.VERIFIER: Wording("Người kiểm tra giấy tờ", "Checks certificates"),
    Role.CLINICIAN: Wording("Người hành nghề", "Clinician"),
    Role.FACILITY_SIGNER: Wording("Người ký của cơ sở", "Signs for the facility"),
})  # fmt: skip
KIND_WORDS: Final[Mapping[OrganisationKind, Wording]] = MappingProxyType({
    OrganisationKind.EMPLOYER: Wording("Tổ chức sử dụng lao động", "Employer"),
    OrganisationKind.FACILITY: Wording("Cơ sở khám bệnh, chữa bệnh", "Health facility"),
    OrganisationKind.AUTHORITY: Wording("Cơ quan nhà nước", "Authority"),
})  # fmt: skip
