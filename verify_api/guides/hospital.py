"""The guide of health facilities: reception, papers, signatures, books, data."""

from typing import Final

from ledger.certificates.kind import Wording
from verify_api.acceptance import Acceptance
from verify_api.acceptance_words import ACCEPTANCES
from verify_api.facility.words import WORDS as FACILITY
from verify_api.guides.form import CAN, MEANS, PRIVACY, WRONG, Guide, Section, pair, say

_SHOWN: Final = (
    Acceptance.ACCEPTABLE, Acceptance.IN_USE_HERE, Acceptance.APPOINTMENT_NEEDED,
    Acceptance.BEFORE_ITS_DAY, Acceptance.DAY_WENT_BY, Acceptance.USE_UNKNOWN,
    Acceptance.OTHER_ADDRESSEE, Acceptance.IN_USE_ELSEWHERE, Acceptance.USED_UP, Acceptance.LAPSED,
)  # fmt: skip

GUIDE: Final = Guide(
    say("Cơ sở khám bệnh, chữa bệnh", "Health facilities"),
    say("Dành cho quầy tiếp nhận, người hành nghề và người ký của cơ sở.",
        "For receptions, clinicians and who signs for the facility."),
    (
        Section(CAN, picture=pair(
            "hospital-home",
            "Trang đầu của cơ sở: những gì đang chờ",
            "The facility's first page: what waits",
        ), points=(
            say("{menu:facility.home}, ở `/facility`: những gì đang chờ tại cơ sở.",
                "{menu:facility.home}, at `/facility`: what waits at the facility."),
            say("Tiếp nhận phiếu chuyển, phiếu hẹn; lập và ký phiếu của cơ sở.",
                "Take in referrals and appointments; draft and sign the facility's own."),
            say("Đọc sổ sức khỏe của người bệnh mà cơ sở đang điều trị.",
                "Read the health books of patients whom the facility treats."),
            say("Gửi dữ liệu lượt khám và xem chất lượng của dữ liệu.",
                "Send data of visits, and see how good they are."))),
        Section(FACILITY["reception.title"], picture=pair(
            "hospital-checked",
            "Một phiếu chuyển được nhận, và việc phải làm",
            "A referral that may be accepted, and what to do",
        ), steps=(
            say("Ở `/facility/referrals`, quét mã vào ô {facility:reception.code}, bấm "
                "{facility:reception.check}.",
                "At `/facility/referrals`, scan into {facility:reception.code} and press "
                "{facility:reception.check}."),
            say("{facility:checked.compare}: so từng mục, rồi đánh dấu là đã so.",
                "{facility:checked.compare}: compare each line, then tick that you have."),
            say("Bấm {facility:act.accept}; với phiếu hẹn, {facility:act.consume}.",
                "Press {facility:act.accept}; for an appointment, {facility:act.consume}."),
            say("Không nhận được: {facility:reject.reason}. {facility:reject.final} làm phiếu hết "
                "giá trị ở mọi nơi.",
                "It cannot be accepted: {facility:reject.reason}. {facility:reject.final} ends it "
                "for every facility."),
            say("Khi người bệnh ra viện: {facility:act.close}.",
                "When the patient leaves: {facility:act.close}."))),
        Section(Wording("Lập và ký phiếu", "Draft and sign papers"), steps=(
            say("Ở `/facility/papers`, bấm {facility:papers.new_referral} hoặc "
                "{facility:papers.new_appointment}.",
                "At `/facility/papers`, press {facility:papers.new_referral} or "
                "{facility:papers.new_appointment}."),
            say("{facility:look.title}: kiểm tra cơ sở đến và thời hạn, bấm "
                "{facility:look.confirm}.",
                "{facility:look.title}: check the facility and the term, press "
                "{facility:look.confirm}."),
            say("Người ký, ở `/facility/sign`: {facility:sign.look}, rồi {facility:sign.button}. "
                "Người lập không tự ký.",
                "Who signs, at `/facility/sign`: {facility:sign.look}, then "
                "{facility:sign.button}. Who drafted it cannot sign."),
            say("{facility:paper.pdf} có sau vài giây. Phiếu sai: {facility:act.cancel} khi chưa "
                "ai dùng; đổi ngày: {facility:act.reschedule}.",
                "{facility:paper.pdf} follows within seconds. A wrong paper: "
                "{facility:act.cancel} before anybody has used it; another day: "
                "{facility:act.reschedule}."),
            say("{menu:facility_days.day}, ở `/facility/today`: ai được hẹn hôm nay.",
                "{menu:facility_days.day}, at `/facility/today`: who is expected today."))),
        Section(FACILITY["asks.title"], picture=pair(
            "asks-queue",
            "Đề nghị đang chờ cơ sở trả lời",
            "The asks that wait for an answer",
        ), steps=(
            say("Ở `/facility/asks`, đề nghị có ngày mong muốn sớm nhất ở trên cùng; trang "
                "`/facility` báo còn bao nhiêu.",
                "At `/facility/asks`, the first wished day comes first; `/facility` says how many "
                "wait."),
            say("Xin hẹn mới: {facility:asks.new}. Xin đổi ngày: {facility:asks.move}. Người bệnh "
                "được báo khi phiếu được ký ở `/facility/sign`.",
                "A new one: {facility:asks.new}. Another day: {facility:asks.move}. The patient is "
                "told once the paper is signed at `/facility/sign`."),
            say("Xin hủy: {facility:asks.give_up}. Không thể: {facility:asks.decline}, kèm lời "
                "nhắn.",
                "To give one up: {facility:asks.give_up}. If it cannot be: "
                "{facility:asks.decline}, with a word to the patient."),
            say("Hết ngày mong muốn cuối cùng mà chưa trả lời, đề nghị tự hết hạn.",
                "What nobody answers by the last wished day lapses by itself."))),
        Section(FACILITY["patients.title"], picture=pair(
            "hospital-glass",
            "Mở sổ khi cấp cứu: lý do được ghi lại và sẽ bị xem xét",
            "Opening a book in an emergency: the reason is kept and reviewed",
        ), steps=(
            say("Ở `/facility/patients`, tìm bằng số trên giấy tờ của người bệnh, bấm "
                "{facility:patients.button}.",
                "At `/facility/patients`, find the patient by a number on their paper, and press "
                "{facility:patients.button}."),
            say("Không mở được: trang nêu {facility:closed.ways}.",
                "It does not open: the page names {facility:closed.ways}."),
            say("Chỉ khi tính mạng bị đe dọa và không thể hỏi: {facility:glass.title}. Người bệnh "
                "được báo ngay; người khác của cơ sở phải xem xét ở `/facility/reviews`.",
                "Only if life is at risk and the patient cannot be asked: {facility:glass.title}. "
                "The patient is told at once; somebody else reviews it at "
                "`/facility/reviews`."))),
        Section(Wording("Gửi dữ liệu lượt khám", "Send data of visits"), picture=pair(
            "hospital-quarantine",
            "Tệp bị từ chối, chỗ sai và lý do",
            "Documents that were refused, where and why",
        ), steps=(
            say("Ở `/facility/intake`, chọn {facility:intake.file}, bấm {facility:intake.button}. "
                "Gửi lại cùng một tệp không làm thay đổi gì.",
                "At `/facility/intake`, choose {facility:intake.file} and press "
                "{facility:intake.button}. The same file again changes nothing."),
            say("{facility:quarantine.title}, ở `/facility/quarantine`: sửa, thử lại hoặc bỏ.",
                "{facility:quarantine.title}, at `/facility/quarantine`: correct, try again, or "
                "give up."),
            say("{facility:quality.title}, ở `/facility/quality`: điểm từng tháng và lỗi.",
                "{facility:quality.title}, at `/facility/quality`: each month's score and "
                "faults."))),
        Section(MEANS, answers=tuple(
            (ACCEPTANCES[answer].text, ACCEPTANCES[answer].next_step) for answer in _SHOWN)),
        Section(WRONG, points=(
            say("Cấp cứu không cần phiếu chuyển: tiếp nhận ngay, làm giấy tờ sau.",
                "An emergency needs no referral: admit the patient, see to papers later."),
            say("Hệ thống gián đoạn: vẫn tiếp nhận, ghi số phiếu và thời điểm, rồi báo ở "
                "`/facility/admissions`, {facility:admission.button}.",
                "During an outage: admit all the same, write down number and time, and report it "
                "at `/facility/admissions`, {facility:admission.button}."),
            say("Mã hỏng: tải ảnh lên, hoặc gõ mã ngắn ở `/check`.",
                "The code is damaged: upload a picture, or type the short code at `/check`."),
            say("Trang báo lỗi: gửi {page:problem.reference} cho cơ quan vận hành.",
                "A page fails: send its {page:problem.reference} to the operator."))),
        Section(PRIVACY, points=(
            say("Mỗi lượt xem được ghi lại và người bệnh nhìn thấy vai trò và cơ sở của bạn.",
                "Each look is recorded, and the patient sees your role and facility."),
            say("{facility:looks.title}, ở `/facility/looks`: người ký theo dõi lượt xem của cơ "
                "sở.",
                "{facility:looks.title}, at `/facility/looks`: who signs watches the facility's "
                "looks."),
            say("Nhóm nhạy cảm hoặc đã đóng chỉ hiện khi người bệnh đồng ý, hoặc khi cấp cứu.",
                "Sensitive or closed categories show by the patient's consent only, or in an "
                "emergency."))),
    ),
)  # fmt: skip
