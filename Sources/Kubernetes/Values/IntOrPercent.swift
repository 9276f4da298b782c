import Core

/// A count, or a share of a total: `maxSurge: 1`, `maxSurge: 25%`.
package enum IntOrPercent: Sendable, Hashable, CustomStringConvertible {
    case int(Int)
    case percent(Int)

    /// Nil for anything but an integer or a string of digits with `%` behind it.
    package init?(_ json: JSON?) {
        switch json {
        case .string(let text):
            guard text.hasSuffix("%"), let share = Int(text.dropLast()), share >= 0 else { return nil }
            self = .percent(share)
        default:
            guard let number = json?.int else { return nil }
            self = .int(number)
        }
    }

    package enum Rounding: Sendable { case up, down }

    /// The count for a total. Kubernetes rounds `maxSurge` up and `maxUnavailable` down.
    package func resolved(of total: Int, rounding: Rounding) -> Int {
        switch self {
        case .int(let number): number
        case .percent(let share):
            rounding == .up ? (share * total + 99) / 100 : share * total / 100
        }
    }

    package var json: JSON {
        switch self {
        case .int(let number): .int(Int64(number))
        case .percent(let share): .string("\(share)%")
        }
    }

    package var description: String {
        switch self {
        case .int(let number): "\(number)"
        case .percent(let share): "\(share)%"
        }
    }
}
