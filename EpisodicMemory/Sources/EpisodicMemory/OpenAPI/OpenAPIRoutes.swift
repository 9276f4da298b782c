import Hummingbird

struct OpenAPIRoutes {
    private let document: String
    private let page: String

    init(version: String, withKeys: Bool) {
        document = OpenAPIDocument.document(version: version, withKeys: withKeys).text
        page = DocumentationPage.html(version: version)
    }

    func add(to routes: inout Routes) {
        routes.on(.get, "/openapi.json", .open) { _, _ in .text(document, type: "application/json") }
        routes.on(.get, "/docs", .open) { _, _ in .text(page, type: "text/html; charset=utf-8") }
    }
}
