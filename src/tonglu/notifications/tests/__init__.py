"""What people are told, how, and what no notice gives away."""
