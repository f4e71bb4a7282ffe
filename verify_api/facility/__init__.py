"""What a facility's people do on pages: referrals, appointments, intake, patients' books."""
