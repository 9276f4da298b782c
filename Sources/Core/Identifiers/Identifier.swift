package import Foundation

/// Names that sort by the time they were made and never repeat.
package enum Identifier {
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// Ten characters of time (milliseconds) and `randomCharacters` of chance, in Crockford's base 32, lower case.
    package static func make(
        at date: Date,
        randomCharacters: Int = 6,
        using generator: inout some RandomNumberGenerator
    ) -> String {
        var milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000))
        var time: [Character] = []
        for _ in 0..<10 {
            time.append(alphabet[Int(milliseconds & 31)])
            milliseconds >>= 5
        }
        let chance = (0..<randomCharacters).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }
        return String(time.reversed() + chance)
    }

    package static func make(at date: Date) -> String {
        var generator = SystemRandomNumberGenerator()
        return make(at: date, using: &generator)
    }
}
