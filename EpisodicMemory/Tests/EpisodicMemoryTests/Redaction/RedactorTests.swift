import EpisodicMemory
import Testing

@Suite struct RedactorTests {
    /// Put together here, so that no scanner takes this file for a leak.
    private static let letters = String(repeating: "aB3", count: 16)

    @Test(arguments: [
        ("mail ann.o'neil+x@mail.example.org.", "mail ann.o'[redacted:email]."),
        ("write to bob@example.com, please", "write to [redacted:email], please"),
        ("key AKIA\("ABCDEFGHIJKLMNOP") in use", "key [redacted:credential] in use"),
        ("ghp_\(letters)", "[redacted:credential]"),
        ("sk-ant-\(letters)", "[redacted:credential]"),
        ("eyJ\(letters).\(letters).sig-_", "[redacted:credential]"),
        ("Authorization: Bearer \(letters)", "Authorization: Bearer [redacted:credential]"),
        ("curl -H 'Authorization: Basic dXNlcjpwYXNzd29yZDE='", "curl -H 'Authorization: Basic [redacted:credential]'"),
        ("password=hunter2 user=ann", "password=[redacted:credential] user=ann"),
        (#"{"password": "pa ss", "x": 1}"#, #"{"password": "[redacted:credential]", "x": 1}"#),
        (#"{\"apiKey\":\"abcd1234efgh\"}"#, #"{\"apiKey\":\"[redacted:credential]\"}"#),
        ("export DB_PASSWORD='it''s'", "export DB_PASSWORD='[redacted:credential]''s'"),
        ("mysql --password hunter2 -h db", "mysql --password [redacted:credential] -h db"),
        ("postgres://ann:s3cret@db:5432/x", "postgres://[redacted:credential]@db:5432/x"),
        ("access_token: abcdef123456;", "access_token: [redacted:credential];"),
        (
            "a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb",
            "a\n[redacted:private-key]\nb"
        ),
        ("-----BEGIN PRIVATE KEY-----\ncut off", "[redacted:private-key]"),
        ("em_live_0123456789abcdef_\(letters)", "[redacted:credential]"),
    ])
    func takesSecretsOut(text: String, redacted: String) {
        #expect(Redactor.redact(text) == redacted)
        #expect(Redactor.redact(redacted) == redacted)
    }

    @Test(arguments: [
        "", "SyntaxError: unexpected token: }", "password=${DB_PASSWORD}", "token=null", "git@github.com:x/y",
        "a @ b", "see https://example.com:8080/path?x=1", "max_tokens=4096", "the secret: patience",
        "-----BEGIN CERTIFICATE-----\nMII", "skip-level sk-ip", "Bearer of bad news", "日本語＠例え", "a:b@c",
        "--verbose --token-count 5",
    ])
    func leavesTheRestAlone(text: String) {
        #expect(Redactor.redact(text) == text)
    }

    /// A scan that looked back or ahead from every character would take minutes.
    @Test(arguments: ["@", "a@", "a.", ":", "=", "password=", "://", "-", "-----BEGIN ", "eyJ", "Bearer ", "\\"])
    func takesTimeInProportionToTheText(unit: String) {
        let text = String(repeating: unit, count: 50_000 / unit.utf8.count)
        let duration = ContinuousClock().measure { _ = Redactor.redact(text) }
        #expect(duration < .seconds(10))
    }
}
