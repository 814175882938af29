"""The administrator's rooms: who may enter, and what they show."""
