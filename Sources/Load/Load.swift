// Open-model load generator and its report.
