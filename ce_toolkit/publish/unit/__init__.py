"""Papers addressed to one unit: entries for certificates, statements a person, who has not met what."""
