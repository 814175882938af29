"""The REST API of any declared entity: views, and the OpenAPI document that describes them.

Plain views rather than a schema library: which fields exist is known only at run time, because administrators add fields and the
policy hides them by role (ADR 3). Every answer is JSON; every error is `application/problem+json`.
"""
