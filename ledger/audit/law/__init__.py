"""The law's order, said a second time: what may follow what in a stream, by whom, beside what.

reading        a stored fact, with all that is about a person withheld
ruling         how a law objects
others         other streams, asked for what a fact rests on
requests       the ten steps                        certificates   the life of a certificate
papers         referrals and appointments           persons        open requests, rights, looks
erasures       two officers before a key is destroyed
checks         one answer of a check                asks           what is asked about appointments
passcodes      the passcode before Form 2           custody        who has a file
letters        letters that were kept
forms          what keeps a whole row from being a fact

`ledger.audit.lawful` chooses the law of a stream and asks it fact by fact.
"""
