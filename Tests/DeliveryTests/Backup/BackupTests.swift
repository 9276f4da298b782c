import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

struct BackupTests {
    private static let key = Data(repeating: 7, count: 32).base64EncodedString()
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fixture(_ change: (inout BackupSettings) -> Void) throws -> ReleaseFixture {
        var fixture = try ReleaseFixture()
        var settings = BackupSettings()
        change(&settings)
        fixture.environment.backup = settings
        fixture.folder = folder.url
        fixture.variables = ["KEY": Self.key]
        return fixture
    }

    private func store(_ fixture: ReleaseFixture) -> BackupStore { BackupStore(folder: fixture.context.backups) }

    @Test(arguments: [true, false])
    func whatIsChangedAndTheDataAreSavedBefore(_ isSealed: Bool) async throws {
        let fixture = try fixture {
            $0.run = "printf 'rows of release %s' $SLIPWAY_RELEASE > $SLIPWAY_BACKUP_FILE"
            if isSealed { $0.keyVariable = "KEY" }
        }
        try await fixture.release(1)
        let outcome = try await fixture.release(2)
        let backups = try store(fixture).list()
        #expect(backups.map(\.release) == [2, 1])
        let backup = try #require(backups.first)
        #expect(outcome.record.backup == backup.id)
        #expect(backup.image == "localhost/api@sha256:1")
        #expect(backup.isSealed == isSealed)
        #expect(Set(backup.objects.map(\.kind)) == ["ConfigMap", "Deployment", "Service"])
        let raw = try Data(contentsOf: store(fixture).file(BackupStore.data, of: backup))
        #expect((raw == Data("rows of release 2".utf8)) == !isSealed)
        let key = try fixture.environment.backup?.key(fixture.variables)
        let data = try await store(fixture).withFile(BackupStore.data, of: backup, key: key) {
            try Data(contentsOf: $0)
        }
        #expect(data == Data("rows of release 2".utf8))
        let manifests = try await store(fixture).manifests(of: backup, key: key)
        #expect(manifests.first { $0.kind == "ConfigMap" }?["data", "version"] == "1")
        #expect(manifests.allSatisfy { $0.resourceVersion == nil && $0.annotations[DeliveryName.release] == nil })
    }

    @Test func aBackupIsPutBackAsARelease() async throws {
        let fixture = try fixture {
            $0.run = "cp data $SLIPWAY_BACKUP_FILE"
            $0.restore = "cp $SLIPWAY_BACKUP_FILE data"
            $0.keyVariable = "KEY"
        }
        try folder.write("data", "one")
        try await fixture.release(1)
        try await fixture.release(2)
        try folder.write("data", "two")
        let backup = try #require(try store(fixture).list().first)
        let restore = BackupRestore(context: fixture.context, backup: backup)
        let outcome = try await Releaser(fixture.context).release(try await restore.request())
        try await restore.restoreData()
        #expect(outcome.result == .verified)
        #expect(fixture.settings == "1")
        #expect(fixture.deployedImage == "localhost/api@sha256:1")
        #expect(outcome.record.notes.first?.hasPrefix("restored from back-up test-2-") == true)
        #expect(try String(contentsOf: folder.url.appending(path: "data"), encoding: .utf8) == "one")
    }

    @Test func aBackupOfASlotIsPutBackInTheOther() async throws {
        var fixture = try fixture { _ in }
        fixture.environment.strategy = .blueGreen(BlueGreenRule(keepOld: 0))
        for version in [1, 2, 3] { try await fixture.release(version) }
        let backup = try #require(try store(fixture).list().first)
        let request = try await BackupRestore(context: fixture.context, backup: backup).request()
        #expect(request.objects.first { $0.kind == "Deployment" }?.name == "api")
        let outcome = try await Releaser(fixture.context).release(request)
        #expect(outcome.result == .verified)
        #expect(fixture.deployedImage == "localhost/api@sha256:2")
        #expect(fixture.runningImages == ["localhost/api@sha256:2"])
    }

    @Test func aHookThatFailsStopsTheReleaseBeforeAnyChange() async throws {
        let fixture = try fixture { $0.run = "echo no space left; exit 3" }
        let outcome = try await fixture.release(1)
        #expect(outcome.result == .failed)
        #expect(outcome.record.failure?.log == ["no space left"])
        #expect(fixture.deployedImage == nil)
    }

    @Test func aKeyThatIsMissingStopsIt() async throws {
        var fixture = try fixture { $0.keyVariable = "KEY" }
        fixture.variables = [:]
        let outcome = try await fixture.release(1)
        #expect(outcome.record.failure?.message.contains("KEY must hold 32 bytes in base64") == true)
    }

    @Test func theTimeIsKept() async throws {
        let fixture = try fixture { $0.keep = 3600 }
        try await fixture.release(1)
        try await fixture.release(2)
        let now = fixture.time.date
        #expect(try store(fixture).prune(at: now).isEmpty)
        #expect(try store(fixture).list().count == 1)
        #expect(try store(fixture).prune(at: now.addingTimeInterval(3601)).count == 1)
        #expect(try store(fixture).list().isEmpty)
        #expect(BackupSettings().keep == 90 * 86_400)
    }

    @Test func aDamagedBackupIsNotPutBack() async throws {
        let fixture = try fixture { _ in }
        try await fixture.release(1)
        try await fixture.release(2)
        let backup = try #require(try store(fixture).list().first)
        try Data("[]".utf8).write(to: store(fixture).file(BackupStore.manifests, of: backup))
        let error = await #expect(throws: SlipwayError.self) {
            _ = try await BackupRestore(context: fixture.context, backup: backup).request()
        }
        #expect(error?.what.contains("does not have the digest that was recorded") == true)
    }
}
