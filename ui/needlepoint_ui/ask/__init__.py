"""The Ask view: question, filters, answers, exports."""
