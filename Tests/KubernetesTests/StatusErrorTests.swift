import Core
import Kubernetes
import Testing

@Suite struct StatusErrorTests {
    /// Our words against the words of a real API server.
    @Test(
        .enabled(if: SharedRecordings.isPresent, .init(rawValue: SharedRecordings.absence)),
        arguments: [
            ("error-404", KubernetesStatusError.notFound(.deployment, "absent")),
            ("error-404-resource", .resourceNotFound),
            ("error-409-exists", .alreadyExists(.namespace, "episodic-memory-staging")),
            ("error-409-conflict", .conflict(.deployment, "episodic-memory-api")),
            ("error-415-patch-type", .unsupportedMediaType()),
            (
                "pod-proxy-no-port",
                .serviceUnavailable(
                    "error trying to reach service: dial tcp 10.244.0.43:9: connect: connection refused"
                )
            ),
            (
                "error-422-required",
                .invalid(
                    .deployment,
                    "x",
                    [
                        .init(
                            reason: "FieldValueRequired",
                            message: "Required value",
                            field: "spec.template.spec.containers"
                        )
                    ]
                )
            ),
            (
                "error-409-apply-conflict",
                .applyConflict([
                    .init(
                        reason: "FieldManagerConflict",
                        message: "conflict with \"kubectl-client-side-apply\" using apps/v1",
                        field: ".spec.strategy.rollingUpdate.maxSurge"
                    )
                ])
            ),
        ]
    )
    func speaksLikeTheServer(recording: String, error: KubernetesStatusError) throws {
        let exchange = try SharedRecordings.exchange(recording)
        #expect(error.json == exchange["body"])
        #expect(error.code == exchange["status"]?.int)
        #expect(KubernetesStatusError(try #require(exchange["body"]), httpStatus: 0) == error)
    }

    @Test(.enabled(if: SharedRecordings.isPresent, .init(rawValue: SharedRecordings.absence)))
    func readsTheErrorOfAWatch() throws {
        let event = try WatchEvent(try #require(try SharedRecordings.exchange("error-410-watch")["body"]))
        #expect(event.error?.isExpired == true)
        #expect(event.error == .tooOld(requested: "1", oldest: "1688"))
    }

    @Test(.enabled(if: SharedRecordings.isPresent, .init(rawValue: SharedRecordings.absence)))
    func namesWhatADeleteRemoved() throws {
        let body = try SharedRecordings.exchange("lease-delete")["body"]
        let uid = body?[path: "details", "uid"]?.string
        #expect(KubernetesStatusError.success(deleted: .lease, name: "slipway", uid: uid) == body)
    }

    @Test func classifies() {
        #expect(KubernetesStatusError.alreadyExists(.pod, "x").isConflict == false)
        #expect(KubernetesStatusError.conflict(.pod, "x").isConflict)
        #expect(KubernetesStatusError.expired("x").isExpired)
        #expect(KubernetesStatusError("not a status", httpStatus: 502).code == 502)
        #expect(
            KubernetesStatusError.invalid(
                .pod,
                "p",
                [
                    .init(reason: "a", message: "bad", field: "spec.a"),
                    .init(reason: "b", message: "worse", field: "spec.b"),
                ]
            ).message == "Pod \"p\" is invalid: [spec.a: bad, spec.b: worse]"
        )
    }
}
