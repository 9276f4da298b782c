/// The fields that kustomize changes in built-in kinds (`api/internal/konfig/builtinpluginconsts`).
enum FieldSpecs {
    /// Where controllers keep their pod template.
    private static let templates: [(path: String, group: String, kind: String)] = [
        ("spec/template", "", "ReplicationController"), ("spec/template", "apps", "Deployment"),
        ("spec/template", "apps", "ReplicaSet"), ("spec/template", "apps", "DaemonSet"),
        ("spec/template", "apps", "StatefulSet"), ("spec/template", "batch", "Job"),
        ("spec/jobTemplate/spec/template", "batch", "CronJob"),
    ]

    private static let templateLabels: [FieldSpec] =
        templates.map { FieldSpec("\($0.path)/metadata/labels", group: $0.group, kind: $0.kind, creates: true) } + [
            FieldSpec("spec/jobTemplate/metadata/labels", group: "batch", kind: "CronJob", creates: true),
            FieldSpec(
                "spec/volumeClaimTemplates[]/metadata/labels",
                group: "apps",
                kind: "StatefulSet",
                creates: true
            ),
        ]

    static let metadataLabels = [FieldSpec("metadata/labels", creates: true)]

    /// `labels` with `includeTemplates`.
    static let labelsAndTemplates = metadataLabels + templateLabels

    /// `commonLabels`, and `labels` with `includeSelectors`.
    static let labelsAndSelectors =
        labelsAndTemplates + podSelectors + [
            FieldSpec("spec/selector", version: "v1", kind: "Service", creates: true),
            FieldSpec("spec/selector", version: "v1", kind: "ReplicationController", creates: true),
            FieldSpec("spec/selector/matchLabels", kind: "Deployment", creates: true),
            FieldSpec("spec/selector/matchLabels", kind: "ReplicaSet", creates: true),
            FieldSpec("spec/selector/matchLabels", kind: "DaemonSet", creates: true),
            FieldSpec("spec/selector/matchLabels", group: "apps", kind: "StatefulSet", creates: true),
            FieldSpec("spec/selector/matchLabels", group: "batch", kind: "Job"),
            FieldSpec("spec/jobTemplate/spec/selector/matchLabels", group: "batch", kind: "CronJob"),
            FieldSpec("spec/selector/matchLabels", group: "policy", kind: "PodDisruptionBudget"),
            FieldSpec("spec/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
            FieldSpec(
                "spec/ingress[]/from[]/podSelector/matchLabels",
                group: "networking.k8s.io",
                kind: "NetworkPolicy"
            ),
            FieldSpec("spec/egress[]/to[]/podSelector/matchLabels", group: "networking.k8s.io", kind: "NetworkPolicy"),
        ]

    /// Selectors of pods inside of pod templates: affinities and spreads of Deployments and StatefulSets.
    private static let podSelectors: [FieldSpec] = ["Deployment", "StatefulSet"].flatMap { kind in
        let affinity = ["podAffinity", "podAntiAffinity"].flatMap { rule in
            [
                "\(rule)/preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm/labelSelector/matchLabels",
                "\(rule)/requiredDuringSchedulingIgnoredDuringExecution[]/labelSelector/matchLabels",
            ]
        }
        let paths = affinity.map { "affinity/\($0)" } + ["topologySpreadConstraints[]/labelSelector/matchLabels"]
        return paths.map { FieldSpec("spec/template/spec/\($0)", group: "apps", kind: kind) }
    }

    static let annotations: [FieldSpec] =
        [FieldSpec("metadata/annotations", creates: true)]
        + templates.map {
            FieldSpec("\($0.path)/metadata/annotations", group: $0.group, kind: $0.kind, creates: true)
        } + [FieldSpec("spec/jobTemplate/metadata/annotations", group: "batch", kind: "CronJob", creates: true)]

    static let replicas: [FieldSpec] = ["Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"].map {
        FieldSpec("spec/replicas", kind: $0, creates: true)
    }

    /// Namespaces beside `metadata.namespace`.
    static let namespaces: [FieldSpec] = [
        FieldSpec("spec/service/namespace", group: "apiregistration.k8s.io", kind: "APIService", creates: true),
        FieldSpec(
            "spec/conversion/webhook/clientConfig/service/namespace",
            group: "apiextensions.k8s.io",
            kind: "CustomResourceDefinition"
        ),
    ]

    /// Kinds whose names are never given a prefix or suffix.
    static let fixedNames: Set<String> = ["Namespace", "CustomResourceDefinition", "APIService"]
}
