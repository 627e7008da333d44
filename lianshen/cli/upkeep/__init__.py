"""What administrators do to keep a system for years: backups, upgrades, cases that stand still."""
