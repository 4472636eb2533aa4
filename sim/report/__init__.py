"""What people read: the page of a results folder, and the record of a study by the STRESS-DES guideline."""
