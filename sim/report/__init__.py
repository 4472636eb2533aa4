"""What people read: the record of a study by the STRESS-DES guideline."""
