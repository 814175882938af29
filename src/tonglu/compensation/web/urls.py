"""The addresses of pay's own pages."""

from __future__ import annotations

from django.urls import path

from . import (
    closing,
    comparing,
    composer,
    lab,
    live,
    pages,
    people,
    recalculations,
    statements,
    team,
)

app_name = "compensation"
urlpatterns = [
    path("my-pay/", pages.my_pay_page, name="my-pay"),
    path("my-pay/<int:pk>/", statements.statement_page, name="statement"),
    path("my-pay/<int:pk>/pdf/", statements.statement_pdf, name="statement-pdf"),
    path("pay-calendar/", closing.calendar_page, name="calendar"),
    path("pay-calendar/<int:pk>/", closing.period_page, name="period"),
    path(
        "pay-calendar/<int:pk>/changes/",
        recalculations.recalculations_page,
        name="recalculations",
    ),
    path("pay-calendar/<int:pk>/payroll/", closing.payroll_file, name="payroll"),
    path("pay-calendar/<int:pk>/accruals/", closing.accruals_page, name="accruals"),
    path("pay-calendar/<int:pk>/accruals/file/", closing.accruals_file, name="accruals-file"),
    path("my-pay/next-deals/", pages.next_deals_page, name="next-deals"),
    path("my-pay/what-if/", pages.what_if_page, name="what-if"),
    path("pay-lab/", lab.lab_page, name="lab"),
    path("pay-lab/<int:pk>/", lab.trial_page, name="lab-trial"),
    path("pay-lab/<int:pk>/csv/", lab.trial_csv, name="lab-csv"),
    path("pay-lab/<int:pk>/draft/", lab.trial_draft, name="lab-draft"),
    path("team-pay/", team.team_pay_page, name="team-pay"),
    path("pay-estimate/<slug:slug>/<int:pk>/", live.estimate_page, name="estimate"),
    path("pay-plans/gallery/", composer.gallery_page, name="gallery"),
    path("plan-versions/<int:pk>/compose/", composer.compose_page, name="compose"),
    path("plan-versions/<int:pk>/compose/preview/", composer.preview, name="compose-preview"),
    path("plan-versions/<int:pk>/compare/", comparing.compare_page, name="compare"),
    path("plan-people/", people.people_page, name="people"),
]
