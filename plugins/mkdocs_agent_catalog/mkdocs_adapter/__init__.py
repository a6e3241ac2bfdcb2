"""The interface to MkDocs: options, generated files, navigation, preview, and hand-written pages."""
