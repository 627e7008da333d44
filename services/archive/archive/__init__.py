"""archive: writes every record of the log to files outside JetStream, chained and sealed."""
