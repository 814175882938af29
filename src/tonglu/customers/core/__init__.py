"""Pure rules about customers: how names are compared, and what merging two of them keeps."""
