"""The shell of the pages: navigation, home page, search, URL assembly and error mapping."""
