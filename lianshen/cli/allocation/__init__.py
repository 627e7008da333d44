"""The commands of whoever gives homes out: projects, deposits, choosing, contracts and keys."""
