"""From files to documents: discovery, frontmatter, plugin manifests, and the masking of secrets."""
