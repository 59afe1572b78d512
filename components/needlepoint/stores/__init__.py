"""What both stores share, plain data in and out: records, filters, search fields; below it one folder a store."""
