import Core
import Hummingbird
import Kubernetes

/// `kubectl auth can-i`: whoever holds the token may do everything.
struct AccessReviewHandler: Sendable {
    let decoder: ObjectDecoder

    static let schema = "io.k8s.api.authorization.v1.SelfSubjectAccessReview"

    func respond(_ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let type = ResourceType.selfSubjectAccessReview
        guard target.plural == type.plural, target.version == type.version, target.name == nil else {
            throw KubernetesStatusError.resourceNotFound
        }
        guard request.method == .post else {
            throw KubernetesStatusError.methodNotAllowed(
                "the server does not allow this method on the requested resource"
            )
        }
        var body = KubernetesObject(try await request.jsonBody())
        body.apiVersion = type.apiVersion
        body.kind = type.kind
        var review = try decoder.decode(body, schema: Self.schema, validation: .warn).object
        guard review["spec", "resourceAttributes"] != nil || review["spec", "nonResourceAttributes"] != nil else {
            var errors = FieldErrors()
            errors.invalid(
                "spec.resourceAttributes",
                .null,
                "exactly one of nonResourceAttributes or resourceAttributes must be specified"
            )
            throw KubernetesStatusError.invalid(type, "", errors.causes)
        }
        review.status = ["allowed": true, "reason": "the local cluster has one user, who may do everything"]
        return APIResponse.json(review.json, status: .created)
    }
}
