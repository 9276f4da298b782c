import Core

/// Picks objects by their labels; all requirements must hold.
///
/// The empty selector picks everything.
package struct LabelSelector: Sendable, Hashable, CustomStringConvertible {
    package struct Requirement: Sendable, Hashable, CustomStringConvertible {
        package enum Operator: String, Sendable {
            case `in` = "in"
            case notIn = "notin"
            case exists = "exists"
            case doesNotExist = "!"
            case equals = "="
            case notEquals = "!="
            case greaterThan = "gt"
            case lessThan = "lt"
        }

        package let key: String
        package let `operator`: Operator
        package let values: [String]

        package init(key: String, operator: Operator, values: [String] = []) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }

        /// A key that is absent satisfies `!=` and `notin`, as in Kubernetes.
        package func matches(_ labels: [String: String]) -> Bool {
            let value = labels[key]
            return switch `operator` {
            case .in, .equals: value.map(values.contains) ?? false
            case .notIn, .notEquals: value.map { !values.contains($0) } ?? true
            case .exists: value != nil
            case .doesNotExist: value == nil
            case .greaterThan: Self.compare(value, values.first, >)
            case .lessThan: Self.compare(value, values.first, <)
            }
        }

        private static func compare(_ value: String?, _ bound: String?, _ holds: (Int64, Int64) -> Bool) -> Bool {
            guard let value = value.flatMap({ Int64($0) }), let bound = bound.flatMap({ Int64($0) }) else {
                return false
            }
            return holds(value, bound)
        }

        package var description: String {
            switch `operator` {
            case .exists: key
            case .doesNotExist: "!\(key)"
            case .in, .notIn: "\(key) \(`operator`.rawValue) (\(values.sorted().joined(separator: ",")))"
            case .equals, .notEquals: "\(key)\(`operator`.rawValue)\(values.first ?? "")"
            case .greaterThan: "\(key)>\(values.first ?? "")"
            case .lessThan: "\(key)<\(values.first ?? "")"
            }
        }
    }

    package let requirements: [Requirement]

    package init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// The selector that wants exactly these pairs.
    package init(matching labels: [String: String]) {
        requirements = labels.sorted { $0.key < $1.key }
            .map { Requirement(key: $0.key, operator: .equals, values: [$0.value]) }
    }

    package static let everything = LabelSelector()

    package var isEmpty: Bool { requirements.isEmpty }

    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { $0.matches(labels) }
    }

    package func matches(_ object: KubernetesObject) -> Bool { matches(object.labels) }

    /// The string form, for the `labelSelector` query parameter.
    package var description: String { requirements.map(\.description).joined(separator: ",") }
}
