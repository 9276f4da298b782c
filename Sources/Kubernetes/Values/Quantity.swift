import Core

/// An amount of a resource as the API writes it (`100m`, `128Mi`, `1.5`, `1e3`), exact to a billionth.
///
/// Rules: `k8s.io/apimachinery/pkg/api/resource`. Finer values are rounded away from zero, as there.
package struct Quantity: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// How the amount was written and so is written again.
    package enum Format: Sendable { case decimal, binary, exponent }

    /// Billionths.
    package let nanos: Int128
    private let format: Format

    package static let zero = Quantity(nanos: 0)

    private init(nanos: Int128, format: Format = .decimal) {
        self.nanos = nanos
        self.format = format
    }

    package init(_ whole: Int, format: Format = .decimal) {
        self.init(nanos: Int128(whole) * 1_000_000_000, format: format)
    }

    /// Reads a quantity; nil for anything that is none (`1 Gi`, `1gb`, ``).
    package init?(_ text: String) {
        guard let match = text.wholeMatch(of: /([+-]?)(\d*)(?:\.(\d*))?([A-Za-z]*)([+-]?\d+)?/),
            !(match.2.isEmpty && (match.3 ?? "").isEmpty),
            let scale = Self.scale(suffix: String(match.4), exponent: match.5.map(String.init))
        else { return nil }
        let fraction = match.3 ?? ""
        guard match.2.count + fraction.count <= 30, let digits = Int128(String(match.2) + fraction) else { return nil }
        guard let nanos = Self.nanos(digits: digits, fractionDigits: fraction.count, scale: scale) else { return nil }
        self.init(nanos: match.1 == "-" ? -nanos : nanos, format: scale.format)
    }

    package init?(_ json: JSON?) {
        switch json {
        case .string(let text): self.init(text)
        case .int(let number): self.init(Int(number))
        case .double(let number): self.init("\(number)")
        default: return nil
        }
    }

    private struct Scale {
        var factor: Int128
        var powerOfTen: Int
        var format: Format
    }

    private static let binarySuffixes = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
    private static let decimalSuffixes: [(text: String, power: Int)] = [
        ("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18),
    ]

    private static func scale(suffix: String, exponent: String?) -> Scale? {
        if let exponent {
            guard suffix == "e" || suffix == "E", let power = Int(exponent), abs(power) <= 18 else { return nil }
            return Scale(factor: 1, powerOfTen: power, format: .exponent)
        }
        if let index = binarySuffixes.firstIndex(of: suffix) {
            return Scale(factor: 1 << (10 * (index + 1)), powerOfTen: 0, format: .binary)
        }
        return decimalSuffixes.first { $0.text == suffix }
            .map { Scale(factor: 1, powerOfTen: $0.power, format: .decimal) }
    }

    /// `digits` · 10^(9 − fraction digits + power) · factor, rounded up; nil where that does not fit.
    private static func nanos(digits: Int128, fractionDigits: Int, scale: Scale) -> Int128? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: scale.factor)
        let shift = 9 - fractionDigits + scale.powerOfTen
        guard !overflow, shift <= 36 else { return nil }
        if shift >= 0 {
            let (result, tooLarge) = product.multipliedReportingOverflow(by: power(shift))
            return tooLarge ? nil : result
        }
        guard shift >= -36 else { return product == 0 ? 0 : 1 }
        let divisor = power(-shift)
        return (product + divisor - 1) / divisor
    }

    private static func power(_ exponent: Int) -> Int128 {
        (0..<exponent).reduce(Int128(1)) { result, _ in result * 10 }
    }

    /// Whole units, rounded away from zero: bytes of memory, CPUs.
    package var value: Int { Int(clamping: Self.divided(nanos, by: 1_000_000_000)) }

    /// Thousandths, rounded away from zero: millicores.
    package var milliValue: Int { Int(clamping: Self.divided(nanos, by: 1_000_000)) }

    private static func divided(_ number: Int128, by divisor: Int128) -> Int128 {
        let quotient = number / divisor
        if number % divisor == 0 { return quotient }
        return number > 0 ? quotient + 1 : quotient - 1
    }

    package static func + (left: Self, right: Self) -> Self {
        Quantity(nanos: left.nanos + right.nanos, format: left.nanos == 0 ? right.format : left.format)
    }

    package static func - (left: Self, right: Self) -> Self {
        Quantity(nanos: left.nanos - right.nanos, format: left.nanos == 0 ? right.format : left.format)
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanos < right.nanos }
    /// Equal amounts are equal however they are written: `1` is `1000m`.
    package static func == (left: Self, right: Self) -> Bool { left.nanos == right.nanos }
    package func hash(into hasher: inout Hasher) { hasher.combine(nanos) }

    /// The canonical form: the largest suffix that leaves no fraction.
    package var description: String {
        let one: Int128 = 1_000_000_000
        if nanos == 0 { return "0" }
        if format == .binary, nanos % one == 0, abs(nanos / one) >= 1024 {
            var whole = nanos / one
            var suffix = ""
            for candidate in Self.binarySuffixes where whole % 1024 == 0 {
                whole /= 1024
                suffix = candidate
            }
            return "\(whole)\(suffix)"
        }
        var number = nanos
        var power = -9
        while power < 18, number % 1000 == 0 {
            number /= 1000
            power += 3
        }
        if format == .exponent { return power == 0 ? "\(number)" : "\(number)e\(power)" }
        return "\(number)" + (Self.decimalSuffixes.first { $0.power == power }?.text ?? "")
    }
}
