import Core

extension LabelSelector {
    /// Reads the object form (`matchLabels`, `matchExpressions`) of Deployments, PodDisruptionBudgets and others.
    ///
    /// - Throws: `KubernetesStatusError` for an unknown operator or values that do not fit it.
    package init(object json: JSON) throws(KubernetesStatusError) {
        var requirements = LabelSelector(
            matching: (json["matchLabels"]?.object ?? [:]).compactMapValues(\.string)
        ).requirements
        for expression in json["matchExpressions"]?.array ?? [] {
            requirements.append(try Self.requirement(expression))
        }
        self.init(requirements)
    }

    /// Reads the plain form of Services and ReplicationControllers: a map of pairs.
    package init(map json: JSON?) {
        self.init(matching: (json?.object ?? [:]).compactMapValues(\.string))
    }

    private static func requirement(_ json: JSON) throws(KubernetesStatusError) -> Requirement {
        let key = json["key"]?.string ?? ""
        let values = json["values"]?.array?.compactMap(\.string) ?? []
        let name = json["operator"]?.string ?? ""
        let kind: Requirement.Operator
        switch name {
        case "In": kind = .in
        case "NotIn": kind = .notIn
        case "Exists": kind = .exists
        case "DoesNotExist": kind = .doesNotExist
        default: throw .badRequest("\"\(name)\" is not a valid label selector operator")
        }
        let wantsValues = kind == .in || kind == .notIn
        guard wantsValues != values.isEmpty else {
            throw .badRequest(
                "values: Invalid value: \(values): for '\(name)' operator, values "
                    + (wantsValues ? "set can't be empty" : "set must be empty")
            )
        }
        return Requirement(key: key, operator: kind, values: values)
    }
}
