"""Foreign documents to commands: what hospitals send is read, checked, cut up and taken in."""
