"""From files to documents: discovery, frontmatter, plugin manifests, and masking of secrets."""
