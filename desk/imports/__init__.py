"""The pages that import a list: upload, mapping, preview, import."""
