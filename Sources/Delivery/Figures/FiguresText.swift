/// The figures as a person reads them at a terminal.
package struct FiguresText {
    private let rows: FiguresRows

    package init(_ report: FiguresReport) { rows = FiguresRows(report) }

    package var text: String {
        var sections = rows.delivery.map { section in
            let aside = section.notCounted.map { ["  not counted: \($0)"] } ?? []
            return ([section.name] + section.rows.map(line) + aside).joined(separator: "\n")
        }
        if !rows.pipelines.isEmpty {
            sections.append((["pipelines"] + rows.pipelines.map(line)).joined(separator: "\n"))
        }
        return ([rows.period] + sections).joined(separator: "\n\n")
    }

    private func line(_ row: FiguresRows.Row) -> String {
        let padded = row.name.padding(toLength: max(22, row.name.count), withPad: " ", startingAt: 0)
        return "  \(padded)  \(row.value) [\(row.before)]  \(row.samples)"
    }
}
