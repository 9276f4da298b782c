import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// `--rollback`, by hand.
struct RollbackTests {
    private func rollBack(_ fixture: ReleaseFixture, to revision: Int? = nil) async throws -> ReleaseOutcome {
        let request = try await RollbackFinder(fixture.context).request(
            to: revision.map(RollbackTarget.revision),
            wait: 0
        )
        return try await Releaser(fixture.context).release(request)
    }

    @Test func leadsToTheVerifiedReleaseBefore() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        try await fixture.release(2)
        let outcome = try await rollBack(fixture)
        #expect(outcome.result == .verified)
        #expect(outcome.record.kind == .rollback)
        #expect(outcome.record.target == 1)
        #expect(outcome.record.number == 3)
        #expect(fixture.settings == "1")
        #expect(fixture.deployedImage == "localhost/api@sha256:1")
    }

    @Test func aSecondRollbackGoesFurtherBackNotForth() async throws {
        let fixture = try ReleaseFixture()
        for version in 1...3 { try await fixture.release(version) }
        _ = try await rollBack(fixture)
        #expect(fixture.settings == "2")
        _ = try await rollBack(fixture)
        #expect(fixture.settings == "1")
        let error = await #expect(throws: SlipwayError.self) { _ = try await rollBack(fixture) }
        #expect(error?.what == "There is no earlier verified release of test to go back to")
    }

    @Test func aReleaseThatFailedIsNotGoneBackTo() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:2", .init(status: 500))
        try await fixture.release(2)
        try await fixture.release(3)
        let outcome = try await rollBack(fixture)
        #expect(outcome.record.target == 1)
    }

    @Test func whatSomebodyElsePutThereIsLeftForTheLastVerifiedRelease() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        try await fixture.release(2)
        fixture.cluster.meddle(.deployment, "api") { object in
            object.annotations[DeliveryName.release] = nil
            object["spec", "template", "spec", "containers"] = [["name": "api", "image": "by-hand"]]
        }
        let outcome = try await rollBack(fixture)
        #expect(outcome.record.target == 2)
        #expect(fixture.deployedImage == "localhost/api@sha256:2")
    }

    @Test func aRevisionOfAVerifiedReleaseBringsAllOfItBack() async throws {
        let fixture = try ReleaseFixture()
        for version in 1...3 { try await fixture.release(version) }
        let outcome = try await rollBack(fixture, to: 1)
        #expect(outcome.record.target == 1)
        #expect(fixture.settings == "1")
    }

    @Test func aRevisionIsKnownByTheNumberItHadToo() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:2", .init(status: 500))
        // Going back gave the first ReplicaSet the number 3.
        try await fixture.release(2)
        try await fixture.release(3)
        let outcome = try await rollBack(fixture, to: 1)
        #expect(outcome.record.target == 1)
        #expect(fixture.settings == "1")
    }

    @Test func aRevisionThatWasNeverVerifiedBringsItsTemplateBackSayingSo() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.meddle(.deployment, "api") { object in
            object["spec", "template", "spec", "containers"] = [
                ["name": "api", "image": "by-hand", "ports": [["containerPort": 8000]]]
            ]
        }
        fixture.cluster.meddle(.deployment, "api") { object in
            object["spec", "template", "spec", "containers"] = [["name": "api", "image": "again"]]
        }
        let outcome = try await rollBack(fixture, to: 2)
        #expect(outcome.result == .verified)
        #expect(fixture.deployedImage == "by-hand")
        #expect(outcome.record.notes.contains { $0.contains("revision 2 was never verified by Slipway") })
    }

    @Test func aRevisionThatIsNotThereIsRefusedWithThoseThatAre() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        try await fixture.release(2)
        let error = await #expect(throws: SlipwayError.self) { _ = try await rollBack(fixture, to: 9) }
        #expect(error?.what == "There is no revision 9 of api in test")
        #expect(error?.why == "the cluster keeps revisions 1, 2")
    }
}
