import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

/// A package of a user's, built for an image.
@Suite(.enabled(if: Tool.has("swift"), "swift is not installed"), .serialized)
struct SwiftProductTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(
            """
            // swift-tools-version: 6.0
            import PackageDescription
            let package = Package(
                name: "Greeter",
                targets: [.executableTarget(name: "greet", resources: [.copy("words.txt")])]
            )
            """,
            to: "package/Package.swift"
        )
        try folder.write("hello", to: "package/Sources/greet/words.txt")
        try folder.write(
            """
            import Foundation
            let words = Bundle.module.url(forResource: "words", withExtension: "txt")
            print(words.flatMap { try? String(contentsOf: $0, encoding: .utf8) } ?? "nothing")
            """,
            to: "package/Sources/greet/main.swift"
        )
    }

    @Test func findsTheProgramAndItsResources() async throws {
        let product = try await SwiftProduct.build("greet", package: folder.path("package"))
        #expect(product.executable.lastPathComponent == "greet")
        #expect(product.bundles.map(\.lastPathComponent) == ["Greeter_greet.resources"])
        // Another product's bundle in the same folder stays out.
        let stranger = product.executable.deletingLastPathComponent().appending(path: "Other_other.resources")
        try FileManager.default.createDirectory(at: stranger, withIntermediateDirectories: true)
        let again = try await SwiftProduct.build("greet", package: folder.path("package"))
        #expect(again.bundles == product.bundles)
        let error = await #expect(throws: SlipwayError.self) {
            try await SwiftProduct.build("missing", package: folder.path("package"))
        }
        #expect(error?.exitCode == .failure)
    }

    @Test func saysThatThereIsNoPackage() async throws {
        let error = await #expect(throws: SlipwayError.self) {
            try await SwiftProduct.build("greet", package: folder.path("nowhere"))
        }
        #expect(error?.exitCode == .invalidInput)
    }
}
