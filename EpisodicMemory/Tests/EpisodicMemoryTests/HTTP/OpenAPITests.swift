import HTTPTypes
import Testing

@testable import EpisodicMemory

@Suite struct OpenAPITests {
    @Test func everyDescribedOperationIsServedAndNoOtherMethod() async throws {
        try await TestService().run { client in
            let document = try await client.get("/openapi.json").json
            #expect(document["openapi"] == "3.1.0")
            for path in try #require(document["paths"]?.objectValue) {
                let concrete = path.name.replacing("{id}", with: EpisodeID.make().description)
                    .replacing("{key_id}", with: "0123456789abcdef")
                let options = try await client.send(.options, concrete)
                #expect(options.status == .methodNotAllowed, "\(path.name)")
                let served = Set((options.headers[.allow] ?? "").lowercased().split(separator: ", ").map(String.init))
                let described = Set((path.value.objectValue ?? []).map(\.name))
                #expect(served.subtracting(["head"]) == described, "\(path.name)")
            }
        }
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let document = OpenAPIDocument.document(version: "1", withKeys: true)
        let names = Set(Schemas.all.map(\.0))
        var references = 0
        func visit(_ value: JSONValue) {
            for member in value.objectValue ?? [] {
                if member.name == "$ref", let name = member.value.stringValue?.split(separator: "/").last {
                    references += 1
                    #expect(names.contains(String(name)))
                }
                visit(member.value)
            }
            for element in value.arrayValue ?? [] { visit(element) }
        }
        visit(document)
        #expect(references > 20)
    }

    @Test func thePageForPeopleNamesEveryOperation() async throws {
        try await TestService().run { client in
            let page = try await client.get("/docs")
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            for operation in OpenAPIDocument.operations { #expect(page.text.contains(operation.path)) }
        }
    }
}
