import Core
import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// What the token of a job stands for.
struct ServiceGrant: Sendable, Hashable {
    let run: String
    let job: String
    /// What an identity token says; nil where the job may not have one (`id-token: write`).
    let claims: JSON?
}

/// Knows the tokens that were given to jobs.
actor ServiceAccess {
    private var grants: [String: ServiceGrant] = [:]
    private var tokens: [ServiceGrant: String] = [:]
    private(set) var url = ""

    func serve(at url: String) { self.url = url }

    /// A token in the form of a JWT, since the originals read the run and job off it.
    func token(for grant: ServiceGrant) -> String {
        if let known = tokens[grant] { return known }
        let header: JSON = ["alg": "HS256", "typ": "JWT"]
        let payload: JSON = [
            "scp": .string("Actions.Results:\(grant.run):\(grant.job)"),
            "exp": .int(Int64(Date().timeIntervalSince1970) + 7 * 24 * 3600),
            "jti": .string(UUID().uuidString.lowercased()),
        ]
        let key = SymmetricKey(size: .bits256)
        let signed = [header, payload].map { Data($0.text().utf8).base64URL }.joined(separator: ".")
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)
        let token = "\(signed).\(Data(code).base64URL)"
        grants[token] = grant
        tokens[grant] = token
        return token
    }

    /// The grant of a request.
    ///
    /// - Throws: a 401 answer where it has none.
    func grant(of request: Request) throws -> ServiceGrant {
        let words = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2, words[0].lowercased() == "bearer", let grant = grants[words[1]] else {
            throw TwirpError(.unauthorized, code: "unauthenticated", "The token is not one of this run")
        }
        return grant
    }
}

extension Data {
    /// Base64 for URLs, without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
