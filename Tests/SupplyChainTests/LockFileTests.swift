import Foundation
import Images
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct LockFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func found(_ text: String, in name: String) throws -> [String] {
        try folder.write(text, to: name)
        let inventory = try FolderInventory.read(folder.url)
        #expect(inventory.unknowns.isEmpty)
        return inventory.packages.map { "\($0.purl) \($0.locations.first?.line ?? 0)" }
    }

    @Test func readsYarnsFirstLockFile() throws {
        let text = """
            # yarn lockfile v1


            "@babel/core@^7.0.0", "@babel/core@^7.1.0":
              version "7.24.0"
              resolved "https://registry.example.com/core.tgz#abc"
              dependencies:
                "@babel/types" "^7.0.0"

            lodash@^4.17.0:
              version "4.17.21"

            alias@npm:real-name@^1.0.0:
              version "1.2.3"

            """
        #expect(
            try found(text, in: "yarn.lock") == [
                "pkg:npm/%40babel/core@7.24.0 4", "pkg:npm/lodash@4.17.21 10", "pkg:npm/real-name@1.2.3 13",
            ]
        )
    }

    @Test func readsYarnsLaterLockFiles() throws {
        let text = """
            __metadata:
              version: 8
              cacheKey: 10c0

            "@scope/own@workspace:packages/own":
              version: 0.0.0-use.local
              resolution: "@scope/own@workspace:packages/own"

            "left-pad@npm:^1.3.0":
              version: 1.3.0
              resolution: "left-pad@npm:1.3.0"

            """
        #expect(try found(text, in: "web/yarn.lock") == ["pkg:npm/left-pad@1.3.0 9"])
    }

    @Test(
        arguments: [
            ("/lodash/4.17.21:", "pkg:npm/lodash@4.17.21"),
            ("/@babel/core/7.0.0_peer@1.0.0:", "pkg:npm/%40babel/core@7.0.0"),
            ("/lodash@4.17.21:", "pkg:npm/lodash@4.17.21"),
            ("/@vue/x@3.0.0(typescript@5.0.0)(@types/y@1.0.0):", "pkg:npm/%40vue/x@3.0.0"),
            ("'@vue/x@3.0.0':", "pkg:npm/%40vue/x@3.0.0"), ("lodash@4.17.21:", "pkg:npm/lodash@4.17.21"),
        ]
    )
    func readsPnpmsKeys(key: String, purl: String) throws {
        let text = "lockfileVersion: '9.0'\n\npackages:\n\n  \(key)\n    resolution: {integrity: sha512-x}\n"
        #expect(try found(text, in: "pnpm-lock.yaml") == ["\(purl) 5"])
    }

    @Test func readsBundler() throws {
        let text =
            "PATH\n  remote: .\n  specs:\n    own (0.1.0)\n\nGEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.16.0-x86_64-linux)\n      racc (~> 1.4)\n    racc (1.7.3)\n\nPLATFORMS\n  ruby\n"
        #expect(try found(text, in: "Gemfile.lock") == ["pkg:gem/nokogiri@1.16.0 9", "pkg:gem/racc@1.7.3 11"])
    }

    @Test func readsInstalledGems() throws {
        #expect(
            try found("", in: "usr/lib/ruby/gems/3.1.0/specifications/rake-13.0.6.gemspec") == ["pkg:gem/rake@13.0.6 0"]
        )
    }

    @Test func readsComposerAndNuGet() throws {
        try folder.write(
            #"{"packages":[{"name": "symfony/http-kernel","version":"v5.4.1"}],"packages-dev":[]}"#,
            to: "composer.lock"
        )
        let nuget =
            #"{"version":1,"dependencies":{"net8.0":{"Newtonsoft.Json":{"type":"Direct","resolved":"13.0.1"},"own":{"type":"Project"}}}}"#
        #expect(
            try found(nuget, in: "packages.lock.json") == [
                "pkg:composer/symfony/http-kernel@5.4.1 1", "pkg:nuget/Newtonsoft.Json@13.0.1 1",
            ]
        )
    }

    @Test func readsGradle() throws {
        let text =
            "# This is a Gradle generated file\r\ncom.google.guava:guava:31.1-jre=compileClasspath\r\nempty=annotationProcessor\r\n"
        #expect(try found(text, in: "gradle.lockfile") == ["pkg:maven/com.google.guava/guava@31.1-jre 2"])
    }

    @Test func linesMayEndAsOnWindows() throws {
        #expect(try found("a==1\r\nb==2\r\n", in: "requirements.txt") == ["pkg:pypi/a@1 1", "pkg:pypi/b@2 2"])
    }
}
