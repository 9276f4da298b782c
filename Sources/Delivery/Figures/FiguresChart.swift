import Foundation
import Journal

/// One figure over time as bars; a part without a sample has none.
struct FiguresChart {
    let name: String
    private let points: [Point]

    private struct Point {
        let label: String
        let value: Double?
    }

    private static let width = 320.0
    private static let height = 72.0

    /// - Parameters:
    ///   - name: What is drawn.
    ///   - trend: The figures of each part of the period, the oldest first.
    ///   - value: A bar's height; nil where there is no sample.
    ///   - label: The value in words, with its samples.
    init(
        _ name: String,
        _ trend: [DeliveryFigures],
        value: (DeliveryFigures) -> Double?,
        label: (DeliveryFigures) -> String
    ) {
        self.name = name
        points = trend.map { part in
            Point(
                label: "\(FiguresRows.day(part.from)) to \(FiguresRows.day(part.to)): \(label(part))",
                value: value(part)
            )
        }
    }

    /// For the page's template.
    var bars: [[String: String]] {
        let highest = points.compactMap(\.value).max() ?? 0
        let step = Self.width / Double(max(1, points.count))
        return points.enumerated().map { index, point in
            // A value of nothing is drawn as a line: it is not the same as no sample.
            let share = highest > 0 ? (point.value ?? 0) / highest : 0
            let bar = point.value == nil ? 0 : max(1, share * Self.height)
            return [
                "x": Self.text(Double(index) * step), "y": Self.text(Self.height - bar),
                "width": Self.text(max(1, step - 1)), "height": Self.text(bar), "label": point.label,
            ]
        }
    }

    private static func text(_ value: Double) -> String { String((value * 100).rounded() / 100) }
}
