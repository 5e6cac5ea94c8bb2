"""The commands, one file per subject. Their heavy imports stand inside the functions: `--help` loads none."""
