import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct RegistryFaultTests {
    let folder: TemporaryFolder
    let store: ImageStore

    init() throws {
        folder = try TemporaryFolder()
        store = ImageStore(directory: folder.path("layout"))
    }

    private func client<Value: Sendable>(
        _ change: (inout RegistryClient.Options) -> Void = { _ in },
        _ body: (RegistryClient) async throws -> Value
    ) async throws -> Value {
        var options = RegistryClient.Options()
        options.credentials = RegistryCredentials(environment: [:], home: folder.url)
        options.retries = RetryPolicy(attempts: 3, firstDelay: .milliseconds(1), longestDelay: .milliseconds(20))
        options.silence = .seconds(2)
        change(&options)
        return try await RegistryClient.withClient(options, body)
    }

    private func image(size: Int = 20_000) throws -> Descriptor {
        var noise = SystemRandomNumberGenerator()
        let bytes = (0..<size).map { _ in UInt8.random(in: 33...126, using: &noise) }
        return try store.storeImage([try LayerFixture.layer(.file("b", String(decoding: bytes, as: UTF8.self))).tar()])
    }

    private func roundTrip(
        _ registry: ScriptedRegistry,
        _ change: @Sendable (inout RegistryClient.Options) -> Void = { _ in }
    ) async throws {
        let image = try image()
        let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
        let other = ImageStore(directory: folder.path("other"))
        let pulled = try await client(change) { client in
            _ = try await client.push(image, from: store, to: reference)
            return try await client.pull(reference, into: other, platform: .current)
        }
        #expect(pulled.digest == image.digest)
        for layer in try other.manifest(pulled.digest).layers { try other.open(layer).drain() }
    }

    @Test(arguments: [true, false])
    func keepsAnUploadsStateAsItCame(relative: Bool) async throws {
        var behavior = ScriptedRegistry.Behavior()
        behavior.relativeLocations = relative
        try await ScriptedRegistry.run(behavior) { registry in
            try await roundTrip(registry)
            try await roundTrip(registry) { $0.chunkSize = 1000 }
        }
    }

    @Test func honoursTheSmallestPiece() async throws {
        var behavior = ScriptedRegistry.Behavior()
        behavior.minimumChunk = 5000
        try await ScriptedRegistry.run(behavior) { registry in
            try await roundTrip(registry) { $0.chunkSize = 1000 }
            #expect(registry.seen.contains { $0.method == "PATCH" && $0.range == "0-4999" })
        }
    }

    @Test func goesOnWhereTheRegistryStandsAfter416() async throws {
        var behavior = ScriptedRegistry.Behavior()
        behavior.losesPieces = true
        try await ScriptedRegistry.run(behavior) { registry in
            try await roundTrip(registry) { $0.chunkSize = 2000 }
            #expect(registry.seen.contains { $0.method == "GET" && $0.path.contains("/uploads/") }, "it asked")
            #expect(registry.seen.contains { $0.range == "3000-4999" }, "and went on from there")
        }
    }

    @Test(arguments: [true, false])
    func takesUpADownloadThatBroke(knowsRanges: Bool) async throws {
        var behavior = ScriptedRegistry.Behavior()
        behavior.cutsBlobsAt = 1000
        behavior.knowsRanges = knowsRanges
        try await ScriptedRegistry.run(behavior) { registry in
            try await roundTrip(registry)
            #expect(registry.seen.contains { $0.range?.hasPrefix("bytes=") == true })
        }
    }

    @Test(arguments: [429, 500, 502, 503, 504])
    func triesAgainWhatMayPass(status: Int) async throws {
        try await ScriptedRegistry.run { registry in
            for (method, path) in [
                ("GET", "/manifests/"), ("HEAD", "/blobs/"), ("POST", "/uploads/"), ("PUT", "/manifests/"),
            ] {
                registry.add(.init(method: method, path: path, times: 2, status: status, headers: ["Retry-After": "0"]))
            }
            try await roundTrip(registry)
        }
    }

    @Test func givesUpAfterAWhileAndSaysWhy() async throws {
        try await ScriptedRegistry.run { registry in
            registry.add(
                .init(
                    method: "GET",
                    path: "/manifests/",
                    times: 100,
                    status: 429,
                    body: #"{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}"#
                )
            )
            let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
            let error = await #expect(throws: SlipwayError.self) {
                try await client { try await $0.pull(reference, into: store, platform: .current) }
            }
            #expect(error?.why?.contains("429") == true && error?.why?.contains("slow down") == true)
            #expect(registry.seen.count == 3)
        }
    }

    @Test func doesNotTryAgainWhatWillNotPass() async throws {
        try await ScriptedRegistry.run { registry in
            registry.add(.init(method: "GET", path: "/manifests/", times: 100, status: 403))
            let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
            await #expect(throws: SlipwayError.self) {
                try await client { try await $0.pull(reference, into: store, platform: .current) }
            }
            #expect(registry.seen.count == 1)
        }
    }

    @Test func saysThatARegistryCannotBeReached() async throws {
        // A port that nobody listens on: one that was ours and is closed again.
        nonisolated(unsafe) var host = ""
        try await ScriptedRegistry.run { host = $0.host }
        let reference = try ImageReference(parsing: "\(host)/team/api:1")
        let error = await #expect(throws: SlipwayError.self) {
            try await client { try await $0.pull(reference, into: store, platform: .current) }
        }
        #expect(error?.exitCode == .external && error?.what.hasPrefix("Cannot reach the registry") == true)
    }

    // MARK: Tokens and where credentials go

    @Test func getsATokenOnceAScope() async throws {
        var behavior = ScriptedRegistry.Behavior()
        behavior.account = ("alice", "sesame")
        try await ScriptedRegistry.run(behavior) { registry in
            let credentials = RegistryCredentials(explicit: .password(user: "alice", Secret("sesame")))
            try await roundTrip(registry) { options in
                options.credentials = credentials
                options.parallel = 1
            }
            let asked = registry.seen.filter { $0.path == "/token" }
            #expect(asked.count == 2, "one to push, one to pull")
            #expect(
                asked.allSatisfy {
                    $0.query.contains("service=test") && $0.query.contains("scope=repository:team/api:")
                }
            )
            let wrong = RegistryCredentials(explicit: .password(user: "alice", Secret("wrong")))
            let error = await #expect(throws: SlipwayError.self) {
                try await client({ $0.credentials = wrong }) {
                    try await $0.manifest(ImageReference(parsing: "\(registry.host)/team/api:1"))
                }
            }
            #expect(error?.description.contains("wrong") == false, "no secret in a message")
        }
    }

    @Test func getsANewTokenWhenTheOldOneIsOver() async throws {
        var behavior = ScriptedRegistry.Behavior()
        behavior.account = ("alice", "sesame")
        behavior.tokenLifetime = -1
        try await ScriptedRegistry.run(behavior) { registry in
            let credentials = RegistryCredentials(explicit: .password(user: "alice", Secret("sesame")))
            // Tokens last a second then; the registry itself never forgets one, so all of this must work.
            try await roundTrip(registry) { $0.credentials = credentials }
        }
    }

    @Test func credentialsDoNotFollowARedirectToAnotherHost() async throws {
        try await ScriptedRegistry.run { elsewhere in
            var behavior = ScriptedRegistry.Behavior()
            behavior.account = ("alice", "sesame")
            behavior.redirect = "http://\(elsewhere.host)"
            let image = try image()
            let manifest = try store.manifest(image.digest)
            for blob in manifest.layers + [manifest.config] {
                elsewhere.putBlob(Array(try Data(contentsOf: store.path(of: blob.digest))), as: blob.digest)
            }
            try await ScriptedRegistry.run(behavior) { registry in
                let credentials = RegistryCredentials(explicit: .password(user: "alice", Secret("sesame")))
                _ = try await client({ $0.credentials = credentials }) { client in
                    let reference = try ImageReference(parsing: "\(registry.host)/team/api:2")
                    _ = try await client.push(image, from: store, to: reference)
                    return try await client.pull(
                        reference,
                        into: ImageStore(directory: folder.path("third")),
                        platform: .current
                    )
                }
                #expect(registry.seen.contains { $0.authorization != nil })
                #expect(!elsewhere.seen.isEmpty)
                #expect(elsewhere.seen.allSatisfy { $0.authorization == nil })
            }
        }
    }

    @Test func credentialsDoNotGoOverPlainHTTPElsewhere() throws {
        #expect(throws: SlipwayError.self) {
            try TokenKeeper.requireEncryption(#require(URL(string: "http://registry.example/token")), "a password")
        }
        for address in ["https://registry.example", "http://127.0.0.1:5000", "http://localhost", "http://[::1]:5000"] {
            #expect(throws: Never.self) {
                try TokenKeeper.requireEncryption(#require(URL(string: address)), "a password")
            }
        }
    }

    // MARK: Hostile answers

    @Test func refusesAManifestThatIsNotItsDigest() async throws {
        try await ScriptedRegistry.run { registry in
            let image = try image()
            let data = Array(try store.document(image.digest)) + [0x20]
            registry.put(data, as: image.digest.description, type: MediaType.manifest)
            let reference = try ImageReference(parsing: "\(registry.host)/team/api").pinned(to: image.digest)
            let other = ImageStore(directory: folder.path("other"))
            await #expect(throws: SlipwayError.self) {
                try await client { try await $0.pull(reference, into: other, platform: .current) }
            }
            #expect(!other.contains(image.digest))
        }
    }

    @Test(arguments: ["longer", "shorter", "other", "missing"])
    func refusesABlobThatIsNotItsDigest(damage: String) async throws {
        try await ScriptedRegistry.run { registry in
            let image = try image()
            let manifest = try store.manifest(image.digest)
            registry.put(Array(try store.document(image.digest)), as: "1", type: MediaType.manifest)
            for blob in manifest.layers + [manifest.config] {
                var bytes = Array(try Data(contentsOf: store.path(of: blob.digest)))
                switch damage {
                case "longer": bytes.append(0)
                case "shorter": bytes.removeLast()
                case "other": bytes[0] ^= 1
                default: continue
                }
                registry.putBlob(bytes, as: blob.digest)
            }
            let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
            let other = ImageStore(directory: folder.path("other"))
            await #expect(throws: SlipwayError.self) {
                try await client { try await $0.pull(reference, into: other, platform: .current) }
            }
            #expect(!other.contains(image.digest), "no manifest without its blobs")
            #expect(try FileManager.default.contentsOfDirectory(atPath: other.ingest.path).isEmpty)
        }
    }

    @Test func refusesAHugeManifest() async throws {
        try await ScriptedRegistry.run { registry in
            registry.put([UInt8](repeating: 0x20, count: 5 << 20), as: "1", type: MediaType.manifest)
            let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
            let error = await #expect(throws: SlipwayError.self) {
                try await client { try await $0.manifest(reference) }
            }
            #expect(error?.why?.contains("larger than") == true)
        }
    }

    @Test func doesNotMoveATagWhenSomethingIsRefused() async throws {
        try await ScriptedRegistry.run { registry in
            registry.add(.init(method: "PUT", path: "/uploads/", times: 100, status: 400))
            let image = try image()
            let reference = try ImageReference(parsing: "\(registry.host)/team/api:1")
            await #expect(throws: SlipwayError.self) {
                try await client { try await $0.push(image, from: store, to: reference) }
            }
            #expect(!registry.seen.contains { $0.method == "PUT" && $0.path.contains("/manifests/") })
        }
    }
}

@Suite struct RegistryCredentialsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func credential(_ registry: String, _ environment: [String: String] = [:]) async throws
        -> RegistryCredential?
    {
        try await RegistryCredentials(environment: environment, home: folder.url).credential(for: registry)
    }

    private static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    @Test func readsDockersConfiguration() async throws {
        let text = #"""
            {"auths":{"https://index.docker.io/v1/":{"auth":"\#(Self.encoded("hub:p:w"))"},
            "ghcr.io":{"auth":"\#(Self.encoded("me:tok"))"},"t.example":{"identitytoken":"it"},
            "empty.example":{},"bad.example":{"auth":"%%%"}}}
            """#
        try folder.write(text, to: ".docker/config.json")
        #expect(try await credential("docker.io") == .password(user: "hub", Secret("p:w")))
        #expect(try await credential("ghcr.io") == .password(user: "me", Secret("tok")))
        #expect(try await credential("t.example") == .identityToken(Secret("it")))
        #expect(try await credential("empty.example") == nil)
        #expect(try await credential("other.example") == nil)
        let error = await #expect(throws: SlipwayError.self) { try await credential("bad.example") }
        #expect(error?.next == "Log in again: docker login bad.example")
    }

    @Test func theVariablesAreDockerHubs() async throws {
        let variables = ["DOCKER_USERNAME": "u", "DOCKER_PASSWORD": "p"]
        #expect(try await credential("docker.io", variables) == .password(user: "u", Secret("p")))
        #expect(try await credential("evil.example", variables) == nil, "they are not for everybody")
        let named = variables.merging(["DOCKER_REGISTRY": "r.example"]) { first, _ in first }
        #expect(try await credential("r.example", named) == .password(user: "u", Secret("p")))
    }

    @Test func asksACredentialHelper() async throws {
        let script = """
            #!/bin/sh
            read -r address
            case "$address" in
                r.example) echo '{"ServerURL":"r.example","Username":"u","Secret":"s"}' ;;
                t.example) echo '{"Username":"<token>","Secret":"it"}' ;;
                broken.example) echo 'the key ring is locked'; exit 1 ;;
                *) echo 'credentials not found in native keychain'; exit 1 ;;
            esac
            """
        let name = "slipway-test-\(UUID().uuidString)"
        let bin = try #require(ProcessInfo.processInfo.environment["PATH"]).split(separator: ":").map(String.init)
            .first { FileManager.default.isWritableFile(atPath: $0) }
        guard let bin else { return }
        let program = URL(filePath: bin).appending(path: "docker-credential-\(name)")
        try Data(script.utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        defer { try? FileManager.default.removeItem(at: program) }
        try folder.write(#"{"credsStore":"\#(name)"}"#, to: ".docker/config.json")
        #expect(try await credential("r.example") == .password(user: "u", Secret("s")))
        #expect(try await credential("t.example") == .identityToken(Secret("it")))
        #expect(try await credential("nobody.example") == nil)
        await #expect(throws: SlipwayError.self) { try await credential("broken.example") }
        try folder.write(#"{"credHelpers":{"r.example":"not-installed-\#(name)"}}"#, to: ".docker/config.json")
        await #expect(throws: SlipwayError.self) { try await credential("r.example") }
    }

    @Test(
        arguments: [
            (#"Basic realm="x""#, [.basic]),
            (
                #"Bearer realm="https://a/t",service="s",scope="repository:a:pull,push""#,
                [.bearer(realm: "https://a/t", service: "s", scope: "repository:a:pull,push")]
            ),
            (
                #"Basic realm="x, y", Bearer realm="https://a", service=s"#,
                [.basic, .bearer(realm: "https://a", service: "s", scope: nil)]
            ),
            (#"bearer REALM="https://a\"b""#, [.bearer(realm: "https://a\"b", service: nil, scope: nil)]),
            ("Negotiate", []), ("", []), ("Bearer", []),
        ] as [(String, [AuthenticationChallenge])]
    )
    func readsChallenges(header: String, expected: [AuthenticationChallenge]) {
        #expect(AuthenticationChallenge.parse(header) == expected)
    }

    @Test func waitsAsLongAsItIsAsked() throws {
        let policy = RetryPolicy(attempts: 5, firstDelay: .seconds(1), longestDelay: .seconds(30))
        #expect(policy.delay(attempt: 1, retryAfter: "7") == .seconds(7))
        #expect(policy.delay(attempt: 1, retryAfter: "9999") == .seconds(30))
        #expect(policy.delay(attempt: 3, retryAfter: nil) <= .seconds(4))
        #expect(policy.delay(attempt: 30, retryAfter: nil) <= .seconds(30))
        let now = try Date("2026-01-01T00:00:00Z", strategy: .iso8601)
        #expect(RetryPolicy.seconds("Thu, 01 Jan 2026 00:00:09 GMT", now: now) == 9)
        #expect(RetryPolicy.seconds("nonsense", now: now) == nil)
    }
}
