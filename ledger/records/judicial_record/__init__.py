"""A judicial record (lý lịch tư pháp): the convictions and bans of one person, one stream each.

Read `facts`, then `record` (state and decisions), then `extract` (what each form may say).
"""

from ledger.records.judicial_record.facts import TOPICS

__all__ = ["TOPICS"]
