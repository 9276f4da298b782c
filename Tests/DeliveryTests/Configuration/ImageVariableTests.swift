import Core
import Foundation
import Testing

@testable import Delivery

@Suite struct ImageVariableTests {
    private let file = """
        image: localhost/api
        image-env: IMAGE_REPOSITORY
        deployment: api
        container: api
        environments:
          staging: { cluster: local, namespace: staging, manifests: k8s }
        """

    private func image(_ variables: [String: String]) throws -> String {
        let file = try DeliveryFileReader.parse(file, file: "slipway.yml", folder: URL(filePath: "/"))
        return try file.environment("staging").withImage(from: variables).image
    }

    @Test(
        arguments: [
            ([:], "localhost/api"), (["IMAGE_REPOSITORY": ""], "localhost/api"),
            (["IMAGE_REPOSITORY": "ghcr.io/team/api"], "ghcr.io/team/api"),
        ] as [([String: String], String)]
    )
    func namesTheRepository(variables: [String: String], expected: String) throws {
        #expect(try image(variables) == expected)
    }

    @Test(arguments: [
        "ghcr.io/team/api:1", "ghcr.io/team/api@sha256:\(String(repeating: "0", count: 64))", "not a name",
    ])
    func refusesWhatNamesNoRepository(text: String) throws {
        let error = try #require(throws: SlipwayError.self) { try image(["IMAGE_REPOSITORY": text]) }
        #expect(error.exitCode == .invalidInput)
        #expect("\(error)".contains("IMAGE_REPOSITORY"))
    }
}
