"""All types of the catalog as immutable values. Imports nothing from other folders."""
