"""What both stores share: records, filters, search fields. Each store has a package of its own below this one."""
