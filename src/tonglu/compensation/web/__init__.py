"""The pages of pay that are not lists or records: my pay, and the team's board."""
