"""What is remembered: vocabulary, errors, tables, the one transaction, queries by subject."""
