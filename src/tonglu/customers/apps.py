"""Registers the customers module."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "tonglu.customers"
    label = "customers"
    default_auto_field = "django.db.models.BigAutoField"
