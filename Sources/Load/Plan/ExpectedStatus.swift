/// Which HTTP statuses are good answers: `200`, `2xx`, `200,404`. Without one: 2xx and 3xx.
package struct ExpectedStatus: Sendable, Hashable {
    private let ranges: [ClosedRange<Int>]

    package init() { ranges = [200...399] }

    /// nil where the text names no statuses.
    package init?(_ text: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part = part.lowercased()
            if part.count == 3, part.hasSuffix("xx"), let first = part.first?.wholeNumberValue, (1...5).contains(first)
            {
                ranges.append(first * 100...first * 100 + 99)
            } else if let status = Int(part), (100...599).contains(status) {
                ranges.append(status...status)
            } else {
                return nil
            }
        }
        self.ranges = ranges
    }

    package func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }
}
