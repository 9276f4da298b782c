import Core

extension KubernetesStatusError {
    /// Reads a `Status` object; anything else becomes a failure with the HTTP status and the text.
    package init(_ json: JSON, httpStatus: Int) {
        guard json["kind"]?.string == "Status" else {
            self.init(httpStatus, .unknown, String(json.text().prefix(500)))
            return
        }
        self.init(
            json["code"]?.int ?? httpStatus,
            StatusReason(rawValue: json["reason"]?.string ?? ""),
            json["message"]?.string ?? "",
            details: json["details"].flatMap { $0.object == nil ? nil : Details($0) }
        )
    }

    /// The `Status` object as the API writes it.
    package var json: JSON {
        var members: [String: JSON] = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "message": .string(message),
            "code": .int(Int64(code)),
        ]
        if reason != .unknown { members["reason"] = .string(reason.rawValue) }
        members["details"] = details?.json
        return .object(members)
    }

    /// The answer to a delete that left nothing behind.
    package static func success(deleted type: ResourceType, name: String, uid: String?) -> JSON {
        let details = Details(name: name, group: type.group, kind: type.plural, uid: uid ?? "")
        return [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details.json,
        ]
    }
}

extension KubernetesStatusError.Details {
    init(_ json: JSON) {
        self.init(
            name: json["name"]?.string ?? "",
            group: json["group"]?.string ?? "",
            kind: json["kind"]?.string ?? "",
            uid: json["uid"]?.string ?? "",
            causes: json["causes"]?.array?.map { cause in
                KubernetesStatusError.Cause(
                    reason: cause["reason"]?.string ?? "",
                    message: cause["message"]?.string ?? "",
                    field: cause["field"]?.string ?? ""
                )
            } ?? [],
            retryAfterSeconds: json["retryAfterSeconds"]?.int
        )
    }

    var json: JSON {
        var members: [String: JSON] = [:]
        for (key, value) in [("name", name), ("group", group), ("kind", kind), ("uid", uid)] where !value.isEmpty {
            members[key] = .string(value)
        }
        if !causes.isEmpty {
            members["causes"] = .array(
                causes.map { cause in
                    var entry: [String: JSON] = [
                        "reason": .string(cause.reason), "message": .string(cause.message),
                    ]
                    if !cause.field.isEmpty { entry["field"] = .string(cause.field) }
                    return .object(entry)
                }
            )
        }
        if let retryAfterSeconds { members["retryAfterSeconds"] = .int(Int64(retryAfterSeconds)) }
        return .object(members)
    }
}
