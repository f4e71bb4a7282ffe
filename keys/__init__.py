"""Make, check and destroy cryptographic protection; knows no certificate, record or page."""
