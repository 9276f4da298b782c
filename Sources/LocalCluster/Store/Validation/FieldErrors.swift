import Core
import Kubernetes

/// Collects what is wrong with an object, worded as the API words it (`k8s.io/apimachinery/pkg/util/validation/field`).
struct FieldErrors: Sendable {
    private(set) var causes: [KubernetesStatusError.Cause] = []

    mutating func required(_ field: String, _ detail: String = "") {
        add("FieldValueRequired", detail.isEmpty ? "Required value" : "Required value: \(detail)", field)
    }

    mutating func invalid(_ field: String, _ value: JSON?, _ detail: String) {
        add("FieldValueInvalid", "Invalid value: \((value ?? .null).text()): \(detail)", field)
    }

    mutating func unsupported(_ field: String, _ value: JSON?, _ supported: [String]) {
        let list = supported.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        add(
            "FieldValueNotSupported",
            "Unsupported value: \((value ?? "").text()): supported values: \(list)",
            field
        )
    }

    mutating func duplicate(_ field: String, _ value: JSON) {
        add("FieldValueDuplicate", "Duplicate value: \(value.text())", field)
    }

    mutating func forbidden(_ field: String, _ detail: String) {
        add("FieldValueForbidden", "Forbidden: \(detail)", field)
    }

    mutating func notFound(_ field: String, _ value: JSON) {
        add("FieldValueNotFound", "Not found: \(value.text())", field)
    }

    mutating func tooLong(_ field: String, maximum: Int) {
        add("FieldValueTooLong", "Too long: may not be more than \(maximum) bytes", field)
    }

    private mutating func add(_ reason: String, _ message: String, _ field: String) {
        causes.append(.init(reason: reason, message: message, field: field))
    }

    // MARK: What many kinds check

    mutating func requireNonNegative(_ field: String, _ value: JSON?) {
        guard let value else { return }
        guard let number = value.int else { return }
        if number < 0 { invalid(field, value, "must be greater than or equal to 0") }
    }

    mutating func requireOne(of supported: [String], _ field: String, _ value: JSON?) {
        guard let text = value?.string, !text.isEmpty else { return }
        if !supported.contains(text) { unsupported(field, value, supported) }
    }

    mutating func requirePort(_ field: String, _ value: JSON?) {
        guard let number = value?.int else { return }
        if !(1...65_535).contains(number) { invalid(field, value, "must be between 1 and 65535, inclusive") }
    }

    mutating func requireUnchanged(_ field: String, _ new: JSON?, _ old: JSON?) {
        if new != old { invalid(field, new, "field is immutable") }
    }

    mutating func requireQuantities(_ field: String, _ values: JSON?) {
        for (name, value) in (values?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let quantity = Quantity(value) else {
                invalid("\(field)[\(name)]", value, "must be a quantity such as 100m, 0.5, 128Mi")
                continue
            }
            if quantity < .zero { invalid("\(field)[\(name)]", value, "must be greater than or equal to 0") }
        }
    }
}
