import AsyncHTTPClient
import Core
import Foundation

extension RegistryClient {
    /// The tags of a repository, in the registry's order.
    ///
    /// - Throws: `SlipwayError` where there is no such repository, or where it may not be read.
    package func tags(of reference: ImageReference) async throws -> [String] {
        let address = address(reference)
        var tags: [String] = []
        var page: URL? = try address.url("tags/list")
        var pages = 0
        while let url = page {
            pages += 1
            let request = RegistryRequest(url: url, scopes: address.scopes("pull"))
            let response = try await transport.send(request, registry: address.registry)
            guard response.status == .ok else {
                throw await failure(response, "Cannot list \(reference.name)", address)
            }
            let json = try JSON(parsing: try await document(response, "The list of tags of \(reference.name)"))
            tags += (json["tags"]?.array ?? []).compactMap(\.string)
            page = try nextPage(response, url, pages)
        }
        return tags
    }

    /// Where a list goes on (`Link: <…>; rel="next"`), on the same registry only.
    func nextPage(_ response: HTTPClientResponse, _ url: URL, _ pages: Int) throws -> URL? {
        let links = response.headers[canonicalForm: "Link"]
        guard let link = links.first(where: { $0.contains(#"rel="next""#) || $0.contains("rel=next") }) else {
            return nil
        }
        guard let match = link.firstMatch(of: /<([^>]*)>/),
            let next = URL(string: String(match.1), relativeTo: url)?.absoluteURL,
            RegistryTransport.Origin(next) == RegistryTransport.Origin(url), pages < 1000
        else { throw SlipwayError(.external, "The registry \(url.host() ?? "") sends a list on to nowhere") }
        return next
    }
}
