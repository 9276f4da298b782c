import Core
import Kubernetes
import Testing

@testable import Delivery

struct ManifestPreparationTests {
    private func prepare(_ objects: [KubernetesObject]) throws -> [KubernetesObject] {
        let fixture = try ReleaseFixture()
        return try ManifestPreparation(environment: fixture.environment).prepare(
            objects,
            image: ReleaseFixture.image(1)
        )
    }

    private func deployment(_ containers: JSON, name: String = "api") -> KubernetesObject {
        KubernetesObject(
            .deployment,
            name: name,
            content: ["spec": ["template": ["spec": ["containers": containers]]]]
        )
    }

    @Test func theImageIsSetByDigestWhereverTheRepositoryRuns() throws {
        var object = deployment([
            ["name": "api", "image": "placeholder"], ["name": "worker", "image": "localhost/api:old"],
            ["name": "proxy", "image": "localhost/proxy:1"],
        ])
        object["spec", "template", "spec", "initContainers"] = [["name": "migrate", "image": "localhost/api@sha256:0"]]
        let prepared = try #require(try prepare([object]).first)
        let template = DeploymentView(prepared).template
        #expect(
            template.containers.map(\.image) == [
                "localhost/api@sha256:1", "localhost/api@sha256:1", "localhost/proxy:1",
            ]
        )
        #expect(template.initContainers.map(\.image) == ["localhost/api@sha256:1"])
        #expect(prepared.namespace == "ns")
    }

    @Test func whatDoesNotMatchIsAnError() throws {
        func what(_ objects: KubernetesObject...) -> String? {
            #expect(throws: SlipwayError.self) { try prepare(objects) }?.description
        }
        let good = deployment([["name": "api"]])
        #expect(
            what(deployment([["name": "api"]], name: "apo"))
                == "slipway.yml:2:13: k8s has no Deployment \"api\"\n  next: Did you mean \"apo\"?"
        )
        #expect(
            what(deployment([["name": "app"]]))
                == "slipway.yml:3:12: Deployment api has no container \"api\"\n  next: Did you mean \"app\"?"
        )
        #expect(what(good, good) == "Deployment api stands twice in k8s")
        var foreign = KubernetesObject(.configMap, namespace: "other", name: "c")
        #expect(what(good, foreign)?.contains("ConfigMap c belongs to namespace other, not to ns") == true)
        foreign.apiVersion = "example.org/v1"
        foreign.kind = "Widget"
        #expect(what(good, foreign)?.hasPrefix("Slipway cannot deploy a Widget of example.org/v1") == true)
        var paused = good
        paused["spec", "paused"] = true
        #expect(what(paused)?.hasPrefix("The manifest of Deployment api is paused") == true)
        let secret = KubernetesObject(.secret, name: "s", content: ["stringData": ["token": "changeme"]])
        #expect(
            what(good, secret)?.hasPrefix("The manifests hold placeholders instead of secrets: token of Secret s")
                == true
        )
    }
}
