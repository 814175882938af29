"""One file per kind of component: from entries to rows, before gates, caps and rounding."""
