"""The company of the permission tests."""

from tests.permissions.conftest import company, company_made

__all__ = ["company", "company_made"]
