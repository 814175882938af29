"""Files in and out: import with mapping, dry run, mended errors, progress and undo; export as a job.

Words: a *table* is the rows of a file with its headers; a *column plan* says which field a header fills and how its values are
converted; an *import plan* is the column plans of one kind with the key that finds existing rows; a *set* is several plans in
order, kept in one YAML file. The page, the command and the set all go through `run.import_run`.
"""
