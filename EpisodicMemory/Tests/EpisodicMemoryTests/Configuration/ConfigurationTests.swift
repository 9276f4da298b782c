import EpisodicMemory
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
