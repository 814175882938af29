"""The pages of notices: the panel under the bell, all of them, and how one hears of what."""
