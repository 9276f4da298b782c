import Core
import Foundation
import Hummingbird

/// Gives jobs their identity tokens, and the world the key that verifies them.
struct IdentityService: Sendable {
    let issuer: IdentityIssuer
    let access: ServiceAccess

    func add(to router: Router<BasicRequestContext>) {
        router.get(".well-known/openid-configuration") { _, _ in
            Response.json(issuer.configuration(issuer: await access.url))
        }
        router.get(".well-known/jwks") { _, _ in Response.json(try issuer.keys()) }
        router.get("idtoken") { request, _ in
            let grant = try await access.grant(of: request)
            guard let claims = grant.claims else {
                throw TwirpError(.forbidden, code: "permission_denied", "The job has no permission id-token: write")
            }
            let asked = request.uri.queryParameters["audience"].map(String.init) ?? ""
            let usual = claims["repository_owner"]?.string ?? ""
            let audience = asked.isEmpty ? "https://github.com/\(usual)" : asked
            let token = try issuer.token(claims, issuer: await access.url, audience: audience, at: Date())
            return Response.json(["count": .int(Int64(token.utf8.count)), "value": .string(token)])
        }
    }
}
