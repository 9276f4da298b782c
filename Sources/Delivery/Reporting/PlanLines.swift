/// A plan in lines: what is created (`+`), changed (`~`, with what changes) and left alone (`=`), in order.
package struct PlanLines {
    let writes: [PlannedWrite]
    /// Changes of one object that are shown; the rest is counted.
    var limit = 40

    package init(writes: [PlannedWrite]) { self.writes = writes }

    package var lines: [String] {
        writes.flatMap { write -> [String] in
            switch write.action {
            case .create: ["  + \(write.reference)"]
            case .unchanged: ["  = \(write.reference)"]
            case .update: ["  ~ \(write.reference)"] + details(write)
            }
        }
    }

    private func details(_ write: PlannedWrite) -> [String] {
        let shown = write.changes.prefix(limit).map { "      \($0)" }
        let more = write.changes.count - shown.count
        return shown + (more > 0 ? ["      … and \(more) more"] : [])
    }
}
