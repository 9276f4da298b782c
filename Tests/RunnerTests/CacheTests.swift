import Foundation
import Journal
import Testing

@testable import Runner

@Suite struct CacheTests {
    private static func workflow(_ key: String, restore: String = "", then: String = "") -> String {
        StepTests.job(
            """
            - uses: actions/cache@v4
              id: c
              with:
                path: |
                  build
                  more/*.o
                key: \(key)
                restore-keys: \(restore)
            - run: |
                echo "hit=[${{ steps.c.outputs.cache-hit }}] matched=[${{ steps.c.outputs.cache-matched-key }}] $(cat build/version 2>/dev/null)"
                mkdir -p build/sub more
                test -e build/version || { echo ${{ github.run_number }} > build/version; touch -d '2020-01-02 03:04:05.123456789' build/sub/x; echo o > more/a.o; ln -s version build/link; chmod 755 build/sub/x; }
                stat -c '%n %y %a' build/sub/x; ls more; readlink build/link
                \(then)
            """
        )
    }

    @Test func restoresByExactKeyThenByPrefixAndKeepsTimesToTheNanosecond() async throws {
        try await TestProject.with { project in
            let first = try await project.run(Self.workflow("k-1"))
            #expect(try first.output().contains("hit=[] matched=[] \n"))
            #expect(try first.output().contains("Cache saved with key: k-1"))
            let second = try await project.run(Self.workflow("k-1"))
            let stat = "build/sub/x 2020-01-02 03:04:05.123456789"
            #expect(try first.output().contains(stat))
            #expect(try second.output().contains("hit=[true] matched=[k-1] 1\n\(stat)"))
            #expect(try second.output().contains(" 755\na.o\nversion\n"))
            #expect(try second.output().contains("Cache hit occurred on the primary key k-1, not saving cache."))
            let third = try await project.run(Self.workflow("k-2", restore: "k-"))
            #expect(try third.output().contains("hit=[false] matched=[k-1] 1\n"))
            #expect(try third.output().contains("Cache saved with key: k-2"))
            // A key is also tried as a prefix of its own.
            let fourth = try await project.run(Self.workflow("k"))
            #expect(try fourth.output().contains("hit=[false] matched=[k-2] 1\n"))
        }
    }

    @Test func aFailedJobSavesNothingAndCachesOfOtherBranchesAreInvisible() async throws {
        try await TestProject.with { project in
            _ = try await project.run(Self.workflow("k", then: "exit 1"))
            let second = try await project.run(Self.workflow("k"))
            #expect(try second.output().contains("hit=[] "))
            var settings = RunSettings()
            settings.ref = "refs/heads/feature"
            let feature = try await project.run(Self.workflow("k"), settings: settings)
            #expect(try feature.output().contains("hit=[true]"), "the default branch's caches are visible")
            _ = try await project.run(Self.workflow("f"), settings: settings)
            let run1 = try await project.run(Self.workflow("f"))
            #expect(try run1.output().contains("hit=[] "))
        }
    }

    @Test(
        arguments: [
            (
                "actions/cache/restore@v4", "{path: x, key: none, fail-on-cache-miss: true}", "failure",
                "fail-on-cache-miss"
            ),
            ("actions/cache/save@v4", "{path: nowhere, key: k}", "success", "Path Validation Error"),
            ("actions/cache@v4", "{path: x, key: 'a,b'}", "failure", "cannot contain commas"),
            ("actions/cache@v4", "{path: x}", "failure", "Input required and not supplied: key"),
        ]
    )
    func refusesAsTheOriginal(action: String, inputs: String, result: String, message: String) async throws {
        try await TestProject.with { project in
            let run = try await project.run(StepTests.job("- uses: \(action)\n  with: \(inputs)"))
            #expect(try run.result("a") == result)
            #expect(try run.output().contains(message))
        }
    }

    @Test func theOldestGoesWhenTheLimitIsReached() async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.cacheLimit = 2_500_000
            func save(_ key: String) async throws {
                let steps =
                    "- run: head -c 1000000 /dev/zero > f\n- uses: actions/cache/save@v4\n  with: {path: f, key: \(key)}"
                _ = try await project.run(StepTests.job(steps), settings: settings)
            }
            for key in ["one", "two", "three"] { try await save(key) }
            let steps = ["one", "two", "three"].map { key in
                "- uses: actions/cache/restore@v4\n  id: \(key)\n  with: {path: f, key: \(key)}"
            }
            let show =
                "\n- run: echo \"[${{ steps.one.outputs.cache-hit }}][${{ steps.two.outputs.cache-hit }}][${{ steps.three.outputs.cache-hit }}]\""
            let run = try await project.run(StepTests.job(steps.joined(separator: "\n") + show), settings: settings)
            #expect(try run.output().hasSuffix("[][true][true]\n"))
        }
    }
}
