"""What becomes of a re-examination appointment after it was issued."""
