import Core
import Foundation

/// Reads one environment of `slipway.yml`; what it leaves out is taken from the file's top level.
struct EnvironmentReader {
    /// Keys that may stand at the top of the file for all environments.
    static let sharedKeys: Set<String> = [
        "image", "image-env", "deployment", "container", "service", "port", "strategy", "rollout", "verify", "watch",
        "backup",
        "admission",
    ]
    private static let ownKeys: Set<String> = [
        "cluster", "namespace", "manifests", "default-tag", "timeout", "promotion", "approval", "clean-tree",
    ]

    let name: String
    let node: YAMLNode
    let shared: YAMLNode
    let diagnostics: DiagnosticList

    func read() -> EnvironmentSettings? {
        let reader = SettingsReader(
            node,
            over: shared,
            name: "environments.\(name)",
            allowed: Self.sharedKeys.union(Self.ownKeys),
            diagnostics: diagnostics
        )
        guard node.mapping != nil else { return nil }
        let namespace = reader.required("namespace", why: "the Kubernetes namespace it lives in")
        let manifests = reader.required("manifests", why: "the folder with its manifests or its kustomization")
        let deployment = reader.required("deployment", why: "the name of the Deployment to roll out")
        let container = reader.required("container", why: "the container of the Deployment that gets the image")
        let image = reader.required("image", why: "the image's repository")
        let cluster = ClusterReader(diagnostics: diagnostics).read(reader.node("cluster"), in: reader)
        checkName(namespace, "namespace")
        checkName(deployment, "deployment")
        checkRepository(image)
        let sections = SectionReader(reader: reader, shared: shared, diagnostics: diagnostics)
        var rollout = sections.rollout()
        if let timeout = reader.duration("timeout", atLeast: 1) { rollout.timeout = timeout }
        let verification = sections.verification()
        let watch = WatchReader(sections: sections, diagnostics: diagnostics).read()
        let promotion = sections.promotion()
        let admission = sections.admission()
        let approval = sections.approval()
        let backup = sections.backup()
        let cleanTree = reader.bool("clean-tree") ?? false
        let defaultTag = reader.text("default-tag")
        guard let namespace, let manifests, let deployment, let container, let image, let cluster else { return nil }
        return EnvironmentSettings(
            name: name,
            location: node.location,
            cluster: cluster,
            namespace: namespace.text,
            manifests: manifests,
            deployment: deployment,
            container: container,
            service: reader.text("service")?.text ?? deployment.text,
            port: reader.text("port")?.text ?? "http",
            image: image.text,
            imageVariable: reader.text("image-env")?.text,
            defaultTag: defaultTag?.text == "highest-version" ? .highestVersion : .named(defaultTag?.text ?? "latest"),
            strategy: StrategyReader(diagnostics: diagnostics).read(reader.node("strategy")),
            rollout: rollout,
            verification: verification,
            watch: watch,
            promotion: promotion,
            admission: admission,
            approval: approval,
            backup: backup,
            cleanTree: cleanTree
        )
    }

    /// Kubernetes names of these kinds are RFC 1123 labels or subdomains.
    private func checkName(_ value: LocatedText?, _ key: String) {
        guard let value else { return }
        if value.text.count > 63 || value.text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) == nil {
            diagnostics.add(
                "invalid-value",
                "\"\(value.text)\" is no Kubernetes name: lower-case letters, digits and hyphens, 63 at most",
                at: value.location
            )
        }
    }

    private func checkRepository(_ value: LocatedText?) {
        guard let value else { return }
        let lastPart = value.text.split(separator: "/").last ?? ""
        if value.text.contains("@") || lastPart.contains(":") {
            diagnostics.add(
                "invalid-value",
                "image names a repository, without tag or digest, not \"\(value.text)\"",
                at: value.location,
                help: "The tag is given with --tag, or by default-tag."
            )
        }
    }
}
