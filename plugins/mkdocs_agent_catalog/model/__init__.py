"""Every noun of the catalog as a frozen value. Imports nothing of the other folders."""
