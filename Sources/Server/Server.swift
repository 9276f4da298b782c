// `slipway serve`: webhooks, the queue, approvals, people, the HTTP API; mounts the dashboard.
