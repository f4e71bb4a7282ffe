"""An auditor's questions of a copy of the ledger and its log: read-only, nothing taken on trust.

verify        the audit from beginning to end: one call, one report
findings      what is found, in words and as JSON
evidence      what an audit is given                scope        how much of it is read
raw, rows, raw_log, raw_facts                       tables of a copy as they lie

scan          the hot loop over rows                row_check    one row that did not pass at once
tile_check    leaves against the log's tiles        times        the order of time
heads         signatures and quorum                 remembered   against the auditor's memory
part          all of these for one part             tasks        what goes there and comes back
stream_ends, join   streams over all parts          lawful       acts in their order, by officers
whole, tree   the tree over all parts               outside      heads and proofs in others' hands
erasures      against the subject keys              freshness    what is late
timestamps    tokens of an authority over heads
watching      what a standing watch tells, once
coverage, coverage_map                              which entries were verified when; its map
report_file   a report read again                   log_state     how a log stands, who cosigns it
memory        what the auditor remembers            workers      the processes that check
cluster       the same on other machines, with the extra of that name
course, conclusion                                  an audit under way, and its end
segments      history in columns
document      the report for people: page, sheet of paper, lines
"""
