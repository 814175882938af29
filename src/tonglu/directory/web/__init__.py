"""The pages a person has for themselves: profile, preferences, sessions; and the sign-in pages of allauth."""
