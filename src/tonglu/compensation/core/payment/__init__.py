"""Payment rules: how what was earned in each period becomes what is paid in each period."""
