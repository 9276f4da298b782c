import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// `slipway runs prune`.
@Suite struct RunPruningTests {
    private static let workflow = StepTests.job(
        """
        - run: echo hello > file
        - {uses: actions/upload-artifact@v4, with: {name: a, path: file}}
        """
    )

    private func ids(_ project: TestProject) async throws -> [String] {
        try await Journal(at: project.state.journal).runs(limit: 100).map(\.id)
    }

    @Test func removesRunsWithAllThatBelongsToThem() async throws {
        try await TestProject.with { project in
            for _ in 0..<3 { _ = try await project.run(Self.workflow) }
            let all = try await ids(project)
            let journal = try Journal(at: project.state.journal)
            let pruning = RunPruning(journal: journal, state: project.state)
            let candidates = try await pruning.candidates(RunPruning.Rule(keep: 1))
            #expect(candidates.map(\.run.id) == Array(all.dropFirst()))
            #expect(candidates.allSatisfy { $0.obstacle == nil })
            for candidate in candidates { #expect(try await pruning.remove(candidate.run) > 0) }
            #expect(try await ids(project) == [all[0]])
            for folder in [project.state.runs, project.state.url.appending(path: "keys")] {
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [all[0]])
            }
            #expect(try await journal.steps(ofRun: all[1]).isEmpty)
            #expect(try await project.run(Self.workflow).record.number == 4)
        }
    }

    @Test func keepsWhatIsYoungExecutedOrUnfinished() async throws {
        try await TestProject.with { project in
            for _ in 0..<4 { _ = try await project.run(Self.workflow) }
            let journal = try Journal(at: project.state.journal)
            let pruning = RunPruning(journal: journal, state: project.state)
            let young = RunPruning.Rule(keep: 1, before: Date(timeIntervalSinceNow: -3600))
            #expect(try await pruning.candidates(young).isEmpty)
            var runs = try await journal.runs(limit: 10)
            runs[1].status = .waiting
            runs[2].status = .running
            for run in runs[1...2] { try await journal.update(run) }
            let lock = try RunFolder(runs[3], in: project.state).lock()
            let cautious = try await pruning.candidates(RunPruning.Rule(keep: 1))
            #expect(
                cautious.map(\.obstacle)
                    == ["it waits for an approval", "it can be gone on with", "it is being executed"]
            )
            let forced = try await pruning.candidates(RunPruning.Rule(keep: 1, includesUnfinished: true))
            #expect(forced.map(\.obstacle) == [nil, nil, "it is being executed"])
            await #expect(throws: SlipwayError.self) { try await pruning.remove(runs[3]) }
            withExtendedLifetime(lock) {}
        }
    }

    @Test(.enabled(if: BuiltBinary.path != nil, "the slipway binary is not beside the tests"))
    func theCommandSaysWhatItDoes() async throws {
        try await TestProject.with { project in
            for _ in 0..<3 { _ = try await project.run(Self.workflow) }
            let all = try await ids(project)
            #expect(try await slipway(project, "runs", "prune").end == .exited(2))
            #expect(try await slipway(project, "runs", "prune", "--older-than", "soon").end == .exited(2))
            let dry = try await slipway(project, "runs", "prune", "--keep", "1", "--dry-run")
            #expect(dry.text.contains("would remove \(all[1])") && dry.text.contains("would remove 2 runs"))
            #expect(
                try await slipway(project, "runs", "prune", "--older-than", "1h").text == "removed 0 runs, Zero kB\n"
            )
            #expect(try await ids(project) == all)
            let json = try JSON(parsing: try await slipway(project, "runs", "prune", "--keep", "2", "--json").text)
            #expect(json["removed"]?.array?.map(\.string) == [all[2]])
            #expect(try await ids(project) == Array(all.prefix(2)))
            #expect(try await slipway(project, "runs", all[0]).text.contains("✓ success"))
        }
    }
}
