import EpisodicMemory
import Foundation
import Logging
import Testing

@Suite struct ConfigurationTests {
    @Test func anEmptyEnvironmentGivesTheDocumentedDefaults() throws {
        let configuration = try Configuration(environment: [:])
        #expect(configuration.host == "0.0.0.0")
        #expect(configuration.port == 8000)
        #expect(configuration.drainDelay == .seconds(5))
        #expect(configuration.version == "dev")
    }

    @Test func valuesAreRead() throws {
        let configuration = try Configuration(environment: [
            "HOST": "127.0.0.1", "PORT": "9", "DATA_DIR": "/d", "DRAIN_DELAY_SECONDS": "0.5", "APP_VERSION": "1.2.3",
            "LOG_LEVEL": "warning", "SQLITE_SYNCHRONOUS": "normal",
        ])
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 9)
        #expect(configuration.dataDirectory == "/d")
        #expect(configuration.drainDelay == .milliseconds(500))
        #expect(configuration.version == "1.2.3")
        #expect(configuration.logLevel == .warning)
        #expect(configuration.durability == .normal)
    }

    @Test func aFileGivesWhatTheEnvironmentDoesNot() throws {
        let directory = try TemporaryDirectory()
        let file = directory.path + "/settings"
        try Data("# a comment\nPORT=1234\nHOST = \"::1\"\n\n".utf8).write(to: URL(fileURLWithPath: file))
        let configuration = try Configuration(environment: ["CONFIG_FILE": file, "PORT": "99"])
        #expect(configuration.host == "::1")
        #expect(configuration.port == 99)
        try Data("PORT\nPROT=1\nHOST=a\nHOST=b".utf8).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Configuration(environment: ["CONFIG_FILE": file])
        }
        #expect(error?.mistakes.count == 3)
        #expect(error?.mistakes.last?.contains("settings:4") == true)
    }

    /// Every documented default is the one that an empty environment gives.
    @Test func theDocumentedDefaultsAreTheRealOnes() throws {
        let documented = Setting.all.filter { !$0.fallback.isEmpty }
        let configuration = try Configuration(
            environment: Dictionary(uniqueKeysWithValues: documented.map { ($0.name, $0.fallback) })
        )
        func described(_ configuration: Configuration) -> String { String(reflecting: configuration) }
        #expect(described(configuration) == described(try Configuration(environment: [:])))
    }

    @Test func theReadmeHasTheTableAsItIs() throws {
        let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../../README.md"
        )
        let text = try String(contentsOf: readme, encoding: .utf8)
        #expect(text.contains(Setting.markdown))
    }

    @Test func keysComeInPairsAndNeverShow() throws {
        let key = "a-very-long-server-key-0123456789"
        let error = #expect(throws: ConfigurationError.self) { _ = try Configuration(environment: ["SERVER_KEY": key]) }
        #expect(error?.description.contains(key) == false)
        let configuration = try Configuration(environment: ["SERVER_KEY": key, "ADMIN_API_KEY": "0123456789abcdefg"])
        #expect(!String(reflecting: configuration).contains(key))
    }

    @Test func everyMistakeIsToldAtOnce() {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try Configuration(environment: [
                "PORT": "80000", "DATA_DIR": " ", "DRAIN_DELAY_SECONDS": "-1", "LOG_LEVEL": "loud",
            ])
        }
        #expect(error?.mistakes.count == 4)
        for name in ["PORT", "DATA_DIR", "DRAIN_DELAY_SECONDS", "LOG_LEVEL"] {
            #expect(error?.description.contains(name) == true)
        }
    }
}
