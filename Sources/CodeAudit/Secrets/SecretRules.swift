/// The kinds of secrets that are looked for.
enum SecretRules {
    private static func token(
        _ id: String,
        _ provider: String,
        _ severity: AuditRule.Severity = .critical,
        _ confidence: AuditRule.Confidence = .high
    ) -> AuditRule {
        AuditRule(
            id,
            "A secret of \(provider) in the source",
            severity,
            confidence,
            cwe: 798,
            fix:
                "Revoke it at \(provider), then read the new one from the environment or a secret store: taking the line"
                + " out leaves it in the history."
        )
    }

    static let github = token("github-token", "GitHub")
    static let npm = token("npm-token", "npm")
    static let gitlab = token("gitlab-token", "GitLab")
    static let aws = token("aws-access-key", "AWS")
    static let google = token("google-key", "Google", .high)
    static let slack = token("slack-token", "Slack")
    static let stripe = token("stripe-key", "Stripe")
    static let openAI = token("openai-key", "OpenAI")
    static let anthropic = token("anthropic-key", "Anthropic")
    static let huggingFace = token("huggingface-token", "Hugging Face", .high)
    static let sendGrid = token("sendgrid-key", "SendGrid")
    static let twilio = token("twilio-key", "Twilio", .high, .medium)
    static let mailgun = token("mailgun-key", "Mailgun", .high, .medium)
    static let pypi = token("pypi-token", "PyPI")
    static let rubyGems = token("rubygems-key", "RubyGems")
    static let docker = token("docker-token", "Docker Hub")
    static let digitalOcean = token("digitalocean-token", "DigitalOcean")
    static let azure = token("azure-storage-key", "Azure")
    static let telegram = token("telegram-token", "Telegram", .high)
    static let shopify = token("shopify-token", "Shopify")
    static let square = token("square-token", "Square")
    static let grafana = token("grafana-token", "Grafana", .high)
    static let vault = token("vault-token", "HashiCorp Vault")
    static let terraform = token("terraform-token", "HCP Terraform")
    static let databricks = token("databricks-token", "Databricks")
    static let newRelic = token("newrelic-key", "New Relic", .high)
    static let linear = token("linear-key", "Linear", .high)
    static let postman = token("postman-key", "Postman", .high)
    static let sentry = token("sentry-token", "Sentry", .high)
    static let pulumi = token("pulumi-token", "Pulumi")
    static let planetScale = token("planetscale-token", "PlanetScale")
    static let age = token("age-secret-key", "age")
    static let privateKey = AuditRule(
        "private-key",
        "A private key in the source",
        .critical,
        .high,
        cwe: 321,
        fix: "Make a new key pair, replace the public key everywhere, and keep the new private key in a secret store."
    )
    static let jwt = AuditRule(
        "json-web-token",
        "A signed JSON Web Token in the source",
        .medium,
        .high,
        cwe: 798,
        fix: "Revoke the session or key that it belongs to; let tests sign their own."
    )
    static let urlCredentials = AuditRule(
        "url-credentials",
        "A password inside an address",
        .high,
        .medium,
        cwe: 522,
        fix: "Change the password and pass it apart from the address, from the environment or a secret store."
    )
    static let authorization = AuditRule(
        "authorization-header",
        "Credentials in an Authorization header",
        .high,
        .medium,
        cwe: 798,
        fix: "Change the password and take the header's value from the environment or a secret store."
    )
    static let generic = AuditRule(
        "generic-secret",
        "What looks like a secret is assigned to a name that says so",
        .high,
        .medium,
        cwe: 798,
        fix: "If it is real, revoke it and read the new one from the environment or a secret store."
    )

    static let all: [AuditRule] = [
        github, npm, gitlab, aws, google, slack, stripe, openAI, anthropic, huggingFace, sendGrid, twilio, mailgun,
        pypi,
        rubyGems, docker, digitalOcean, azure, telegram, shopify, square, grafana, vault, terraform, databricks,
        newRelic,
        linear, postman, sentry, pulumi, planetScale, age, privateKey, jwt, urlCredentials, authorization, generic,
    ]
}
