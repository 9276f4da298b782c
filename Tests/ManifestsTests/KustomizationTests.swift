import Core
import Foundation
import Kubernetes
import Manifests
import Testing

@Suite struct KustomizationTests {
    /// What kubectl makes of a kustomization, read as kubectl would read it to apply it.
    private func kubectl(_ folder: URL) async throws -> [KubernetesObject] {
        let text = try await Kubectl.run(["kustomize", folder.path])
        return try ManifestReader.read(text, file: "kubectl kustomize").map(\.object)
    }

    private func expectSame(_ rendered: [KubernetesObject], _ expected: [KubernetesObject]) {
        #expect(rendered.map(\.key.description) == expected.map(\.key.description))
        for (ours, theirs) in zip(rendered, expected) where ours != theirs {
            Issue.record("\(ours.key):\n\(ObjectDiff(from: theirs, to: ours).text())")
        }
    }

    @Test(
        .enabled(if: Kubectl.isInstalled, .init(rawValue: Kubectl.absence)),
        arguments: Fixtures.folders("kustomize/ok")
    )
    func rendersAsKubectlDoes(name: String) async throws {
        let folder = Fixtures.root.appending(path: "kustomize/ok/\(name)")
        expectSame(try Kustomization.render(folder), try await kubectl(folder))
    }

    @Test(
        .enabled(if: Kubectl.isInstalled, .init(rawValue: Kubectl.absence)),
        arguments: [
            "overlays/staging", "overlays/production", "deployer/overlays/staging", "deployer/overlays/production",
        ]
    )
    func rendersOurOwnManifestsAsKubectlDoes(path: String) async throws {
        let folder = Fixtures.repository.appending(path: "k8s/\(path)")
        expectSame(try Kustomization.render(folder), try await kubectl(folder))
    }

    @Test(arguments: Fixtures.folders("kustomize/err"))
    func refusesWithThePlaceAndTheWay(name: String) throws {
        let folder = Fixtures.root.appending(path: "kustomize/err/\(name)")
        let expected = try String(contentsOf: folder.appending(path: "expected.txt"), encoding: .utf8)
        var message = ""
        do {
            _ = try Kustomization.render(folder)
            Issue.record("it was rendered")
        } catch {
            message = "\(error)"
        }
        for line in expected.split(separator: "\n") { #expect(message.contains(line), "\(message)") }
    }

    /// The suffix of a name is part of every reference to it: it must be kustomize's own, also without kubectl here.
    @Test func hashesAsKustomizeDoes() throws {
        let objects = try Kustomization.render(Fixtures.repository.appending(path: "k8s/overlays/staging"))
        #expect(objects.contains { $0.kind == "ConfigMap" && $0.name == "episodic-memory-api-settings-87kh5dm99b" })
    }
}

@Suite struct DeliveredManifestsTests {
    /// The names that the documented system uses.
    @Test(arguments: [("staging", 2), ("production", 3)])
    func namesAndNumbersAreTheDocumentedOnes(environment: String, replicas: Int) throws {
        let folder = Fixtures.repository.appending(path: "k8s/overlays/\(environment)")
        let objects = try Kustomization.render(folder)
        #expect(objects.allSatisfy { $0.namespace == "episodic-memory-\(environment)" })
        let deployment = DeploymentView(try #require(objects.first { $0.kind == "Deployment" }))
        #expect(deployment.name == "episodic-memory-api" && deployment.replicas == replicas)
        #expect(deployment.object.labels["app"] == "episodic-memory-api")
        #expect(deployment.maxSurge == 1 && deployment.maxUnavailable == 0)
        #expect(deployment.selector?.matches(deployment.template.labels) == true)
        let container = try #require(deployment.template.container(named: "api-server"))
        #expect(container.ports.map(\.containerPort) == [8000])
        let service = ServiceView(try #require(objects.first { $0.kind == "Service" }))
        #expect(service.ports.map(\.port) == [80] && service.ports.first?.targetPort == .name("http"))
        #expect(service.selector?.matches(deployment.template.labels) == true)
        let budget = try #require(objects.first { $0.kind == "PodDisruptionBudget" }?["spec", "selector"])
        #expect(try LabelSelector(object: budget).matches(deployment.template.labels))
        let kinds = Set(objects.map(\.kind))
        #expect(kinds.isSuperset(of: ["Ingress", "PersistentVolumeClaim", "ServiceAccount", "ConfigMap"]))
        #expect(kinds.isDisjoint(with: ["Role", "RoleBinding", "Secret"]), "a release must not widen its own rights")
    }

    @Test func theServiceHasNoRightsAndTheDeployerNoSecrets() throws {
        let objects = try Kustomization.render(Fixtures.repository.appending(path: "k8s/deployer/overlays/staging"))
        let role = try #require(objects.first { $0.kind == "Role" })
        let rules = role["rules"]?.array ?? []
        let resources = Set(rules.flatMap { $0["resources"]?.array ?? [] }.compactMap(\.string))
        let verbs = Set(rules.flatMap { $0["verbs"]?.array ?? [] }.compactMap(\.string))
        #expect(resources.isDisjoint(with: ["*", "secrets", "roles", "rolebindings", "pods/exec"]))
        #expect(verbs.isDisjoint(with: ["*", "escalate", "bind", "impersonate", "deletecollection"]))
        #expect(
            objects.filter { $0.kind == "ServiceAccount" }.allSatisfy { $0["automountServiceAccountToken"] == false }
        )
    }
}
