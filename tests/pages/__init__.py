"""The pages every entity has, tried on products and deals."""
