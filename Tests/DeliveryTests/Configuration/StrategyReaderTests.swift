import Core
import Foundation
import Testing

@testable import Delivery

struct StrategyReaderTests {
    private func strategy(_ text: String) throws -> Strategy {
        try DeliveryFileReader.parse(
            """
            image: localhost/api
            deployment: api
            container: api
            environments: {test: {namespace: ns, manifests: k8s, strategy: \(text)}}
            """,
            file: "slipway.yml",
            folder: URL(filePath: "/tmp")
        ).environment("test").strategy
    }

    @Test func namesAndSettings() throws {
        #expect(try strategy("rolling") == .rolling)
        #expect(try strategy("blue-green") == .blueGreen(BlueGreenRule(keepOld: 300)))
        #expect(try strategy("{blue-green: {keep-old: 10m}}") == .blueGreen(BlueGreenRule(keepOld: 600)))
        let canary = try strategy(
            "{canary: {steps: [{share: 10%, watch: 2m}, {replicas: 3, pause: 30s, approval: required}]}}"
        )
        let expected = CanaryRule(steps: [
            CanaryStep(.share(0.1), watch: 120), CanaryStep(.replicas(3), pause: 30, needsApproval: true),
        ])
        #expect(canary == .canary(expected))
    }

    @Test(arguments: [
        ("bluegreen", "strategy must be one of rolling, blue-green, canary, not \"bluegreen\""),
        ("canary", "strategy: canary needs its steps"),
        ("{canary: {}}", "strategy.canary needs at least one of \"steps\""),
        ("{canary: {steps: [{watch: 2m}]}}", "A canary's step needs either \"share\" or \"replicas\""),
        ("{canary: {steps: [{share: 10%, replicas: 2}]}}", "A canary's step needs either \"share\" or \"replicas\""),
        ("{canary: {steps: [{share: 80%}]}}", "By pods a canary takes at most half of the traffic"),
        ("{canary: {steps: [{share: 50%}, {share: 10%}]}}", "The steps of a canary must not shrink"),
        ("{canary: {steps: [{share: 10%, approval: maybe}]}}", "approval of a step must be \"required\" or \"none\""),
        ("{blue-green: {keep: 10m}}", "Unknown key \"keep\" in strategy.blue-green"),
        ("{rolling: {}}", "rolling has no settings here"),
        ("{blue-green: {}, canary: {}}", "strategy must name one of rolling, blue-green, canary"),
        ("[rolling]", "strategy must be a mapping"),
    ])
    func mistakesAreNamed(_ text: String, _ message: String) throws {
        let error = #expect(throws: DiagnosticsError.self) { _ = try strategy(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [(0.1, 9, 1), (0.1, 2, 1), (0.25, 3, 1), (0.5, 2, 2), (0.5, 10, 10), (0.2, 10, 3), (0.1, 100, 12)])
    func aShareIsReachedWithTheFewestPods(_ share: Double, _ stable: Int, _ pods: Int) {
        #expect(CanaryStep(.share(share)).pods(beside: stable) == pods)
    }
}
