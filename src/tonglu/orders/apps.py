"""Registers the orders module."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "tonglu.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
