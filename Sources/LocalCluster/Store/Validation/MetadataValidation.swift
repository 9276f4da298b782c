import Core
import Kubernetes

/// The rules for `metadata` that hold for every kind.
enum MetadataValidation {
    /// All annotations of an object together, in bytes.
    private static let annotationLimit = 256 * 1024

    static func validate(
        _ object: KubernetesObject,
        name rule: NameRule,
        isNamespaced: Bool,
        _ errors: inout FieldErrors
    ) {
        if let prefix = object.generateName, !prefix.isEmpty {
            // A prefix may end with a dash: what follows makes it a name.
            if let problem = rule.problem(with: prefix + "x") {
                errors.invalid("metadata.generateName", .string(prefix), problem)
            }
        }
        if object.name.isEmpty {
            errors.required("metadata.name", "name or generateName is required")
        } else if let problem = rule.problem(with: object.name) {
            errors.invalid("metadata.name", .string(object.name), problem)
        }
        if !isNamespaced, let namespace = object.namespace, !namespace.isEmpty {
            errors.forbidden("metadata.namespace", "not allowed on this type")
        }
        labels(object["metadata", "labels"], "metadata.labels", &errors)
        annotations(object["metadata", "annotations"], &errors)
        owners(object, &errors)
        for finalizer in object.finalizers where !LabelSyntax.isKey(finalizer) {
            errors.invalid("metadata.finalizers", .string(finalizer), keyText)
        }
    }

    static func labels(_ labels: JSON?, _ field: String, _ errors: inout FieldErrors) {
        for (key, value) in (labels?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !LabelSyntax.isKey(key) { errors.invalid(field, .string(key), keyProblem(key)) }
            guard let text = value.string else { continue }
            if text.utf8.count > 63 {
                errors.invalid(field, value, "must be no more than 63 bytes")
            } else if !LabelSyntax.isValue(text) {
                errors.invalid(field, value, valueText)
            }
        }
    }

    private static func annotations(_ annotations: JSON?, _ errors: inout FieldErrors) {
        var size = 0
        for (key, value) in (annotations?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            // Annotation keys may be upper case, unlike the keys of labels' prefixes.
            if !LabelSyntax.isKey(key.lowercased()) {
                errors.invalid("metadata.annotations", .string(key), keyProblem(key))
            }
            size += key.utf8.count + (value.string?.utf8.count ?? 0)
        }
        if size > annotationLimit { errors.tooLong("metadata.annotations", maximum: annotationLimit) }
    }

    private static func owners(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        for (index, owner) in object.ownerReferences.enumerated() {
            let field = "metadata.ownerReferences[\(index)]"
            if owner.apiVersion.isEmpty { errors.invalid("\(field).apiVersion", "", "version must not be empty") }
            if owner.kind.isEmpty { errors.invalid("\(field).kind", "", "must not be empty") }
            if owner.name.isEmpty { errors.invalid("\(field).name", "", "must not be empty") }
            if owner.uid.isEmpty { errors.invalid("\(field).uid", "", "must not be empty") }
        }
        let controllers = object.ownerReferences.filter(\.isController)
        if controllers.count > 1 {
            errors.invalid(
                "metadata.ownerReferences",
                object["metadata", "ownerReferences"],
                "Only one reference can have Controller set to true. Found \"true\" in references for "
                    + "\(controllers[0].name) and \(controllers[1].name)"
            )
        }
    }

    private static func keyProblem(_ key: String) -> String {
        let name = key.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return name.utf8.count > 63 ? "name part must be no more than 63 bytes" : keyText
    }

    static let keyText =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    static let valueText =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
        + "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
        + "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
}
