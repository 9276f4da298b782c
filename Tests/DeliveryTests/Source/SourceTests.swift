import Core
import Kubernetes
import Testing

@testable import Delivery

struct SourceTests {
    @Test func versionsCompareByNumbersNotByText() {
        #expect(SemanticVersion.highest(of: ["v1.9.0", "v1.10.0", "latest", "v1.10.0-rc.1"]) == "v1.10.0")
        #expect(SemanticVersion.highest(of: ["v2.0.0-rc.1", "1.0.0"]) == "1.0.0")
        #expect(SemanticVersion.highest(of: ["develop", "v1", "v1.02.0"]) == nil)
    }

    @Test func preReleasesFollowTheSpecification() {
        let order = [
            "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
            "1.0.0-rc.1", "1.0.0",
        ].compactMap(SemanticVersion.init(tag:))
        #expect(order.count == 8)
        #expect(order == order.shuffled().sorted())
    }

    @Test(arguments: [
        "changeme", "CHANGE_ME", "<your-token>", "${DB_PASSWORD}", "{{ secret }}", "xxxx", "", "REPLACE_ME",
        "your-api-key-here",
        "placeholder",
    ])
    func placeholdersAreKnown(_ text: String) { #expect(Placeholders.isPlaceholder(text)) }

    @Test(arguments: ["hunter2", "postgres://u:p@h/db", "changeme-not", "0"])
    func realValuesAreNot(_ text: String) { #expect(!Placeholders.isPlaceholder(text)) }

    @Test func aSecretsEncodedPlaceholderIsFound() {
        let secret = KubernetesObject(
            .secret,
            name: "s",
            content: ["data": ["token": "Y2hhbmdlbWU=", "good": "aHVudGVyMg=="], "stringData": ["key": "TODO"]]
        )
        #expect(Placeholders.keys(in: secret) == ["key", "token"])
    }

    @Test(arguments: [
        ("5m", 300.0), ("90s", 90), ("1h30m", 5400), ("250ms", 0.25), ("1.5h", 5400), ("0", 0), ("2d", 172_800),
    ])
    func durationsAreRead(_ text: String, _ seconds: Double) { #expect(DurationText.parse(text) == seconds) }

    @Test(arguments: ["", "5", "m", "5x", "5m3", "-5m", "1e3s", "5 m"])
    func otherTextsAreNoDurations(_ text: String) { #expect(DurationText.parse(text) == nil) }

    @Test(arguments: [
        (0.44, "0.4 s"), (3.0, "3 s"), (59.0, "59 s"), (60.0, "1 min"), (270.0, "4 min 30 s"), (5400.0, "1 h 30 min"),
    ])
    func durationsAreWritten(_ seconds: Double, _ text: String) { #expect(DurationText.format(seconds) == text) }

    @Test func whatOthersNeedIsWrittenFirst() {
        let kinds = ["Ingress", "Deployment", "ConfigMap", "Service", "Namespace", "Widget", "PersistentVolumeClaim"]
        let sorted = ApplyOrder.sorted(kinds.map { KubernetesObject(["kind": .string($0)]) }).map(\.kind)
        #expect(
            sorted == ["Namespace", "ConfigMap", "PersistentVolumeClaim", "Service", "Deployment", "Ingress", "Widget"]
        )
    }
}
