import Core
import Images
import Kubernetes
import Manifests

/// A plan in words.
package enum PlanText {
    /// The page of `--dry-run`.
    package static func page(environment: String, image: ReleaseImage, plan: ReleasePlan) -> String {
        let head = "\(environment) would run \(image.text), \(image.reference)"
        guard !plan.changed.isEmpty else { return "\(head)\n  Nothing would change." }
        return ([head] + PlanLines(writes: plan.writes).lines + StrategyText(plan).lines).joined(separator: "\n")
    }

    /// What a write changes, a line each; nothing for an object that is new.
    static func changes(from before: KubernetesObject?, to after: KubernetesObject) -> [String] {
        guard let before else { return [] }
        return ObjectDiff(from: shown(before), to: shown(after)).text().split(separator: "\n").map(String.init)
    }

    /// The object's intent; of a Secret only fingerprints: that a value changes may be read, not what it is.
    private static func shown(_ object: KubernetesObject) -> KubernetesObject {
        var shown = KubernetesObject(ObjectIntent.value(of: object))
        guard object.kind == "Secret" else { return shown }
        for field in ["data", "stringData"] {
            guard let values = shown[field]?.object else { continue }
            shown[field] = .object(
                values.mapValues { .string("*** (\(Digest.of(Array($0.text().utf8)).hex.prefix(8)))") }
            )
        }
        return shown
    }
}
