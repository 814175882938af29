"""Reading everything: funnels, forecasts, reports and dashboards."""
