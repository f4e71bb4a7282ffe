"""What becomes of a referral paper after it was issued."""
