// GitHub, Slack, e-mail and webhooks: what Slipway tells, and asks, the services a team already has.
