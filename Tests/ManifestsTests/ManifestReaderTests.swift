import Core
import Foundation
import Kubernetes
import Manifests
import Testing

@Suite struct ManifestReaderTests {
    private func data(_ value: String) throws -> JSON? {
        let text = "apiVersion: example.com/v1\nkind: Gizmo\nmetadata: {name: x}\nspec:\n  value: \(value)\n"
        return try ManifestReader.read(text, file: "x.yaml").first?.object["spec", "value"]
    }

    private static let scalars = [
        "y", "yes", "Yes", "YeS", "on", "Off", "n", "NO", "true", "True", "0777", "0o777", "08", "1_000", "1__0", "_1",
        "0x1F",
        "-0x1F", "0b11", "0b", "0x", "1e3", "12e03", "1.50", "1.", ".5", "2001-01-01", "\"yes\"", "'1'", "~", "null",
        "1:30",
        "!!str 12", "9223372036854775807", "9223372036854775808", "100000000000000000000000", "1e400", "+12", "-0",
        "0.0",
        "685.230_15e+03", "text", "1 2", "-", "<<", "{a: yes}", "[on, 'on', 012]", "0o8", "190:20:30", "1.7e308",
        "|\n    yes\n",
    ]

    @Test(.enabled(if: Kubectl.isInstalled, .init(rawValue: Kubectl.absence)))
    func readsScalarsAsKubectlDoes() async throws {
        let lines = Self.scalars.enumerated().filter { $0.element != "-" }
            .map { "  k\($0.offset): \($0.element)" }.joined(separator: "\n")
        let text =
            "apiVersion: example.com/v1\nkind: Gizmo\nmetadata: {name: x, annotations: {a: b}}\nspec:\n\(lines)\n"
        let arguments = ["annotate", "--local", "-f", "-", "a=b", "--overwrite", "-o", "json"]
        let expected = try JSON(parsing: try await Kubectl.run(arguments, input: text))["spec"]?.object ?? [:]
        let ours = try ManifestReader.read(text, file: "x.yaml").first?.object.spec?.object ?? [:]
        #expect(expected.count == Self.scalars.count - 1)
        for (key, value) in expected {
            let scalar = Self.scalars[Int(key.dropFirst()) ?? 0]
            #expect(ours[key]?.text() == value.text(), "\(scalar)")
        }
    }

    @Test func keysAreNamesAndAQuotedKeyStaysItself() throws {
        let text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {on: a, \"off\": b, 80: c, 'y': d, n : e}\n"
        let data = try ManifestReader.read(text, file: "x.yaml").first?.object["data"]
        #expect(data == ["true": "a", "off": "b", "80": "c", "y": "d", "false": "e"])
    }

    @Test func mergesAnchorsAndFlattensLists() throws {
        let text = """
            apiVersion: v1
            kind: List
            items:
            - &one
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: a}
              data: &data {x: "1", y1: "2"}
            - <<: *one
              metadata: {name: b}
              data:
                <<: [*data, {z: "9", x: "8"}]
                y1: "3"
            ---
            # nothing
            ---
            {"apiVersion": "v1", "kind": "PodList", "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}]}
            """
        let objects = try ManifestReader.read(text, file: "x.yaml")
        #expect(objects.map(\.object.name) == ["a", "b", "p"])
        #expect(objects[1].object["data"] == ["x": "1", "y1": "3", "z": "9"])
        #expect(objects.map(\.location.line) == [4, 9, 17])
    }

    @Test(arguments: [
        ("kind: X\nmetadata: {name: a}", "x.yaml:1:1: error: apiVersion is missing"),
        ("apiVersion: v1\nkind: X", "metadata is missing"),
        ("apiVersion: v1\nkind: X\nmetadata: {}", "metadata.name is missing"),
        ("apiVersion: v1\nkind: X\nmetadata: {name: 12}", "x.yaml:3:18: error: metadata.name must be a string"),
        (
            "apiVersion: v1\nkind: X\nmetadata: {name: a, annotations: {b: yes}}",
            "must be a string, not the boolean true"
        ),
        ("just text", "not a string"), ("- a", "not a sequence"),
        ("apiVersion: v1\nkind: L\nmetadata: {name: a}\nx: .inf", "JSON does not have"),
        ("apiVersion: v1\nkind: L\nmetadata: {name: a}\nx: !!python/object 1", "means nothing in a manifest"),
        ("apiVersion: v1\nkind: L\nmetadata: {name: a}\nx: 1\nx: 2", "Duplicate key"),
        ("apiVersion: v1\n\tkind: L", "Not valid YAML"),
        ("apiVersion: v1\nkind: PodList\nitems: 5", "items must be a list"),
    ])
    func saysWhatIsWrongWhere(text: String, message: String) {
        let error = #expect(throws: DiagnosticsError.self) { try ManifestReader.read(text, file: "x.yaml") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func everyMistakeIsReportedAtOnce() {
        let error = #expect(throws: DiagnosticsError.self) {
            try ManifestReader.read("kind: X\nmetadata: {}\n---\napiVersion: v1\nmetadata: {name: a}", file: "x.yaml")
        }
        #expect(error?.diagnostics.count == 3)
    }

    @Test func loadsFilesFoldersAndKustomizations() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let empty = #expect(throws: SlipwayError.self) { try ManifestSource.load(folder) }
        #expect(empty?.what.contains("holds no manifests") == true)
        for name in ["b", "a"] {
            try Data("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name)}\n".utf8)
                .write(to: folder.appending(path: "\(name).yaml"))
        }
        try Data("no manifest".utf8).write(to: folder.appending(path: "README.md"))
        #expect(try ManifestSource.load(folder).map(\.name) == ["a", "b"])
        #expect(try ManifestSource.load(folder.appending(path: "b.yaml")).map(\.name) == ["b"])
        try Data("resources: [b.yaml]\nnamePrefix: k-\n".utf8).write(to: folder.appending(path: "kustomization.yaml"))
        #expect(try ManifestSource.load(folder).map(\.name) == ["k-b"])
        #expect(throws: SlipwayError.self) { try ManifestSource.load(folder.appending(path: "absent")) }
    }
}

@Suite struct ObjectDiffTests {
    @Test func namesFieldsByTheirKeys() {
        let old = KubernetesObject(PatchCase.deployment)
        var new = old
        new["spec", "replicas"] = 3
        new["metadata", "managedFields"] = [1]
        new["metadata", "resourceVersion"] = "9"
        new["spec", "template", "spec", "containers"] = [
            ["name": "side", "image": "b:2"],
            ["name": "api-server", "image": "a:1", "args": ["x", "z"], "env": [["name": "A", "value": "1"]]],
        ]
        new.annotations["example.com/a"] = "b"
        let diff = ObjectDiff(from: old, to: new)
        let container = "spec.template.spec.containers[api-server]"
        #expect(
            Set(diff.entries.map(\.path)) == [
                "spec.replicas", "metadata.annotations", "\(container).args[1]", "\(container).env[B]",
                "\(container).env[C]",
                "\(container).ports", "\(container).volumeMounts", "spec.template.spec.containers[side].image",
            ]
        )
        #expect(diff.text().contains("~ spec.replicas: 2 → 3"))
        #expect(diff.text().contains("- \(container).env[B]:\n-   name: B\n-   value: 2"))
        #expect(diff.text(colored: true).contains("\u{1B}[31m2\u{1B}[0m"))
        #expect(ObjectDiff(from: old, to: old).isEmpty)
    }

    @Test func newAndGoneObjectsAreShownWhole() {
        let object = KubernetesObject(.configMap, namespace: "shop", name: "c", content: ["data": ["a": "b"]])
        let added = ObjectDiff(from: nil, to: object).text()
        #expect(added.hasPrefix("+ ConfigMap shop/c:"))
        #expect(added.contains("+   data:\n+     a: b"))
        #expect(ObjectDiff(from: object, to: nil).text().hasPrefix("- ConfigMap shop/c:"))
    }
}
