"""What was done lately, what lies in the bin, and the backups."""
