extension Episode {
    /// The episode as it may be kept: see `Redactor`.
    var redacted: Episode {
        var episode = self
        episode.goal = Redactor.redact(goal)
        episode.actionsTaken = actionsTaken.map(Redactor.redact)
        episode.errorTrace = Redactor.redact(errorTrace)
        episode.errorClass = Redactor.redact(errorClass)
        episode.toolChain = toolChain.map(Redactor.redact)
        episode.resolution = Redactor.redact(resolution)
        episode.codeStateDiff = Redactor.redact(codeStateDiff)
        episode.environmentInfo = environmentInfo.map(\.redacted)
        episode.tags = tags.map(Redactor.redact)
        return episode
    }
}

extension JSONValue.Member {
    /// A value under a name that says it is secret is taken out whole, whatever it looks like.
    fileprivate var redacted: JSONValue.Member {
        if case .string = value, Assignment.secrecy(ofName: name.utf8) != nil {
            return .init(name: name, value: .string(Redactor.Kind.credential.replacement))
        }
        return .init(name: Redactor.redact(name), value: value.redacted)
    }
}

extension JSONValue {
    fileprivate var redacted: JSONValue {
        switch self {
        case .string(let text): .string(Redactor.redact(text))
        case .array(let elements): .array(elements.map(\.redacted))
        case .object(let members): .object(members.map(\.redacted))
        default: self
        }
    }
}
