import Foundation

/// Why an image could not be pulled, from the runtime's words.
struct PullTrouble {
    let message: String

    /// Certain on a 404; on 401 and 403 once they repeat (a token may be on its way). Time-outs, refused connections
    /// and 5xx may heal: a registry comes back.
    func failure(afterFailures failures: Int) -> RolloutFailure.Reason? {
        if isTransient { return nil }
        if isNotFound { return .imageNotFound }
        return isDenied && failures >= 2 ? .imageAccessDenied : nil
    }

    private var text: String { message.lowercased() }

    // Whole words only: digests are full of digits that look like a status.
    private var isTransient: Bool {
        [
            "connection refused", "connection reset", "i/o timeout", "timeout exceeded", "deadline exceeded",
            "no such host", "tls handshake", "too many requests", "500 internal", "502 bad", "503 service",
            "504 gateway", "unexpected status code 5", "unexpected eof",
        ].contains(where: text.contains)
    }

    private var isNotFound: Bool {
        ["not found", "manifest unknown", "name unknown"].contains(where: text.contains)
    }

    private var isDenied: Bool {
        ["unauthorized", "forbidden", "denied", "authorization failed", "authentication required"]
            .contains(where: text.contains)
    }
}

/// What the scheduler says about a pod that fits nowhere.
struct SchedulingTrouble {
    let message: String

    /// Whether every node refuses for a reason that emptying it would not cure, and that does not pass by itself as a
    /// taint does: `0/3 nodes are available: 3 Insufficient cpu. … 3 Preemption is not helpful for scheduling.`
    var isPermanent: Bool {
        guard let head = message.firstMatch(of: /^0\/(\d+) nodes are available: (.*?)(?:\. |\.$|$)/),
            let nodes = Int(head.1), nodes > 0,
            let preemption = message.firstMatch(of: /(\d+) Preemption is not helpful for scheduling/),
            Int(preemption.1) == nodes
        else { return false }
        let reasons = head.2.split(separator: ", ")
        return reasons.allSatisfy {
            $0.contains(#/^\d+ Insufficient /#) || $0.contains("didn't match Pod's node affinity")
        }
    }
}

/// Why the API refused to create a pod.
struct CreationRefusal {
    let message: String

    var isQuota: Bool { message.contains("exceeded quota") }

    /// Without the pod's random name, which differs each time.
    var text: String {
        message
            .replacing(#/^\(combined from similar events\): /#, with: "")
            .replacing(#/^Error creating: /#, with: "")
            .replacing(#/pods "[^"]*" is forbidden: /#, with: "")
    }

    /// Quota and admission say no until somebody changes them; a conversation that broke off may go better next time.
    func isPermanent(releaseObjects: Set<String>) -> Bool {
        if let account = message.firstMatch(of: /serviceaccount "([^"]+)" not found/) {
            return !releaseObjects.contains(String(account.1))
        }
        return isQuota || message.contains("is forbidden") || message.contains("denied the request")
            || message.contains("is invalid")
    }
}
