"""The words of checks on a device: prepared or not, how old its knowledge is, what it left out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording

OFFLINE_WORDS: Final[Mapping[str, Wording]] = MappingProxyType({
    "offline.title": Wording("Kiểm tra khi không có mạng", "Check without a network"),
    "offline.lead": Wording(
        "Thiết bị này có thể tự kiểm tra giấy tờ khi mất mạng.",
        "This device can check papers by itself when there is no network."),
    "offline.prepare": Wording("Chuẩn bị thiết bị này", "Prepare this device"),
    "offline.preparing": Wording("Đang tải dữ liệu kiểm tra…", "Loading what it needs…"),
    "offline.update": Wording("Cập nhật ngay", "Update now"),
    "offline.forget": Wording("Gỡ khỏi thiết bị", "Remove from this device"),
    "offline.ready": Wording("Sẵn sàng. Dữ liệu đến", "Ready. Knowledge as of"),
    "offline.old": Wording(
        "Dữ liệu trên thiết bị đã quá cũ, cần kết nối mạng để cập nhật. Dữ liệu đến",
        "What this device knows is too old: go online to update it. Knowledge as of"),
    "offline.failed": Wording(
        "Không tải được dữ liệu kiểm tra. Dữ liệu đang có vẫn được giữ nguyên.",
        "The update could not be loaded. What this device had is kept."),
    "offline.refused": Wording(
        "Dữ liệu nhận được không đáng tin nên không được dùng. Hãy báo cho cơ quan vận hành.",
        "What was received cannot be trusted and is not used. Please tell the operator."),
    "offline.roots": Wording("Dấu kiểm tra danh sách tin cậy", "Fingerprint of the trust list"),
    "offline.install": Wording(
        "Cài đặt lên màn hình chính để mở nhanh khi không có mạng.",
        "Install it on the home screen to open it without a network."),
    "offline.install_button": Wording("Cài đặt", "Install"),
    "offline.signals": Wording("Âm thanh và rung", "Sound and vibration"),
    "offline.no_network": Wording(
        "Không có mạng. Trang này đang chạy trên thiết bị của bạn.",
        "No network. This page runs on your device."),
    "offline.by_device": Wording(
        "Kết quả do thiết bị này tự kiểm tra. Dữ liệu đến",
        "Checked on this device. Knowledge as of"),
    "offline.age": Wording("tuổi dữ liệu", "age"),
    "offline.hours": Wording("giờ", "h"),
    "offline.days": Wording("ngày", "days"),
    "offline.less_hour": Wording("dưới 1 giờ", "less than an hour"),
    "offline.ask.heading": Wording(
        "Cần kết nối mạng để kiểm tra", "This has to be checked online"),
    "offline.ask.sentence": Wording(
        "Thiết bị này không tự kiểm tra được loại mã này. Chưa kiểm tra gì.",
        "This device cannot check this kind of code by itself. Nothing has been checked."),
    "offline.ask.next": Wording(
        "Kết nối mạng rồi quét lại.", "Connect to the network and scan it again."),
    "offline.clock": Wording(
        "Đồng hồ của thiết bị này sai. Hãy đặt lại ngày giờ.",
        "The clock of this device is wrong. Set its date and time."),
    "offline.clock.sentence": Wording(
        "Đồng hồ của thiết bị chạy chậm hơn dữ liệu kiểm tra, nên không kết luận được.",
        "The clock of this device is behind what it knows, so that nothing can be told."),
    "offline.differs.heading": Wording(
        "Dịch vụ và thiết bị trả lời khác nhau", "The service and this device disagree"),
    "offline.differs.sentence": Wording(
        "Dịch vụ trả lời giấy tờ hợp lệ, nhưng dữ liệu đã ký trên thiết bị này nói khác:",
        "The service says that the paper is valid, but signed data on this device says otherwise:"),
    "offline.differs.next": Wording(
        "Chưa chấp nhận giấy tờ. Báo cho cơ quan vận hành, kèm số của giấy tờ.",
        "Do not accept the paper yet. Tell the operator, with the paper's number."),
    "offline.other_host": Wording(
        "Trang này không ở địa chỉ của dịch vụ, có thể là trang sao chép. Không kiểm tra ở đây. "
        "Địa chỉ đúng là",
        "This page is not at the address of the service and may be a copy. Nothing is checked "
        "here. The right address is"),
    "offline.pdf": Wording(
        "Khi không có mạng chỉ đọc được ảnh PNG hoặc JPEG.",
        "Without a network only pictures (PNG, JPEG) can be read."),
    "offline.zoom": Wording("Phóng to", "Zoom"),
    "offline.closer": Wording(
        "Chưa thấy mã. Đưa máy gần hơn hoặc phóng to, giữ yên và đủ sáng.",
        "No code found yet. Move closer or zoom in, hold still, in good light."),
    "offline.new_version": Wording(
        "Có phiên bản mới của trang này.", "There is a new version of this page."),
    "offline.reload": Wording("Tải lại", "Reload"),
})  # fmt: skip
