import Core
import Foundation
import Kubernetes
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0.0), ("2026-11-23T11:20:58Z", 1_795_432_858), ("2000-02-29T23:59:59Z", 951_868_799),
        ("1969-12-31T23:59:59Z", -1), ("2026-11-23T12:20:58+01:00", 1_795_432_858),
        ("2026-11-23T05:50:58-05:30", 1_795_432_858), ("2026-11-23T11:20:58.250Z", 1_795_432_858.25),
    ])
    func readsRFC3339(text: String, seconds: Double) {
        #expect(KubernetesTime.parse(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "yesterday", "2026-11-23", "2026-13-23T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T00:00:00",
    ])
    func refusesOtherTexts(text: String) {
        #expect(KubernetesTime.parse(text) == nil)
    }

    @Test(arguments: ["2026-11-23T11:20:58Z", "1970-01-01T00:00:00Z", "2024-02-29T00:00:01Z", "1960-03-01T12:00:00Z"])
    func writesWhatItRead(text: String) throws {
        #expect(KubernetesTime.text(try #require(KubernetesTime.parse(text))) == text)
    }

    @Test(arguments: ["2026-11-23T11:00:00.000000Z", "2026-11-23T11:00:00.123456Z", "2026-11-23T11:00:00.000001Z"])
    func writesMicroseconds(text: String) throws {
        #expect(KubernetesTime.microText(try #require(KubernetesTime.parse(text))) == text)
    }
}

@Suite struct QuantityTests {
    @Test(
        arguments: [
            ("100m", 100), ("1", 1000), ("0.5", 500), ("1.5", 1500), ("2k", 2_000_000), ("1Ki", 1_024_000),
            ("1e3", 1_000_000),
            ("1E", 1_000_000_000_000_000_000_000), ("-3", -3000), ("1n", 1), ("100u", 1), ("+1", 1000), (".5", 500),
            ("1.", 1000),
            ("0", 0),
        ] as [(String, Int128)]
    )
    func readsAmounts(text: String, milli: Int128) throws {
        let quantity = try #require(Quantity(text))
        #expect(Int128(quantity.milliValue) == min(milli, Int128(Int.max)))
    }

    @Test(arguments: ["", "Gi", "1 Gi", "1gb", "1KI", "abc", "1e", "1.2.3", "--1", "0x1"])
    func refusesWhatIsNone(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test(arguments: [
        ("1000m", "1"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("0.1", "100m"), ("1500m", "1500m"), ("12e6", "12e6"),
        ("1000Ki", "1000Ki"), ("0Gi", "0"), ("64", "64"), ("1000000", "1M"),
    ])
    func writesTheCanonicalForm(text: String, expected: String) throws {
        #expect(try #require(Quantity(text)).description == expected)
    }

    @Test func comparesAndAddsWhateverTheForm() throws {
        let half = try #require(Quantity("500m"))
        let mebi = try #require(Quantity("128Mi"))
        #expect(half + half == Quantity(1))
        #expect((mebi + mebi).description == "256Mi")
        #expect(half < Quantity(1))
        #expect((Quantity.zero + mebi).description == "128Mi")
        #expect(Quantity(JSON.int(2)) == Quantity("2") && Quantity(JSON.double(0.5)) == half)
        #expect(try #require(Quantity("1")).value == 1 && half.value == 1)
    }
}

@Suite struct IntOrPercentTests {
    @Test(arguments: [
        ("25%", 10, 3, 2), ("25%", 4, 1, 1), ("0%", 5, 0, 0), ("100%", 3, 3, 3), ("1%", 3, 1, 0),
    ])
    func roundsSurgeUpAndUnavailableDown(text: String, total: Int, up: Int, down: Int) throws {
        let value = try #require(IntOrPercent(.string(text)))
        #expect(value.resolved(of: total, rounding: .up) == up)
        #expect(value.resolved(of: total, rounding: .down) == down)
        #expect(value.json == .string(text))
    }

    @Test func countsAreKept() {
        #expect(IntOrPercent(3)?.resolved(of: 10, rounding: .down) == 3)
        #expect(IntOrPercent("three") == nil && IntOrPercent(nil) == nil && IntOrPercent("-5%") == nil)
    }
}
