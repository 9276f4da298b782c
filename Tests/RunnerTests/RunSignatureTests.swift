import Core
import Foundation
import Testing

@testable import Runner

@Suite struct RunSignatureTests {
    @Test func runsOfOneMomentInTwoProjectsAreNotTakenForOneAnother() async throws {
        try await TestProject.with { one in
            try await TestProject.with { other in
                for project in [one, other] {
                    try FileManager.default.createDirectory(at: project.state.url, withIntermediateDirectories: true)
                }
                let ids = [one, other].map { JobFolders.trackingId(run: "1", job: "a", in: $0.state) }
                let process = Process()
                process.executableURL = URL(filePath: "/bin/sleep")
                process.arguments = ["300"]
                process.environment = [OrphanReaper.variable: ids[0]]
                try process.run()
                defer { process.terminate() }
                #expect(OrphanReaper.reap(trackingId: ids[1]).isEmpty && process.isRunning)
                #expect(OrphanReaper.reap(trackingId: ids[0]) == ["sleep (\(process.processIdentifier))"])
            }
        }
    }

    @Test func aRunHasOneNameByWhateverPathItIsReached() async throws {
        try await TestProject.with { project in
            try FileManager.default.createDirectory(at: project.state.url, withIntermediateDirectories: true)
            let link = project.root.appending(path: "link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: project.state.url)
            let name = RunSignature.of(run: "1", in: project.state)
            #expect(name == RunSignature.of(run: "1", in: StateDirectory(link)))
            #expect(name != RunSignature.of(run: "2", in: project.state))
        }
    }
}
