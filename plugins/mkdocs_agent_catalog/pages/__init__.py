"""The pages of the catalog: which kinds there are, and what each template is given."""
