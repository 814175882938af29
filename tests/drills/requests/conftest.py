"""The company of the permission tests, and what a drill works with."""

from tests.permissions.conftest import company, company_made
from tools.drills.fixture import drill

__all__ = ["company", "company_made", "drill"]
