import EpisodicMemory
import Foundation
import GRDB
import HTTPTypes
import Testing

@Suite struct StoredRedactionTests {
    @Test func noSecretReachesTheDisk() async throws {
        let service = try TestService()
        let secret = "hunter2-zzzz"
        try await service.run { client in
            let id = try await client.capture(
                "log in with password=\(secret)",
                [
                    "actions_taken": ["mysql --password hunter2-zzzz"],
                    "error_trace": "denied for someone@example.com: token=hunter2-zzzz9",
                    "error_class": "AuthError", "resolution": "PASSWORD: hunter2-zzzz",
                    "code_state_diff": "+ pwd = \"hunter2-zzzz\"",
                    "environment_info": ["db": ["password": "hunter2-zzzz"], "api_key": "hunter2-zzzz", "port": 1],
                    "tags": ["password=hunter2-zzzz"], "idempotency_key": "someone@example.com",
                ]
            )
            let stored = try await client.get("/api/v1/episodes/\(id)")
            #expect(stored.status == .ok)
            #expect(stored.json["environment_info"]?["port"] == 1)
            #expect(!stored.text.contains(secret))
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: service.directory.path) {
            let file = try Data(contentsOf: URL(fileURLWithPath: service.directory.path + "/" + name))
            #expect(file.firstRange(of: Data(secret.utf8)) == nil, "\(name)")
            #expect(file.firstRange(of: Data("someone@example.com".utf8)) == nil, "\(name)")
        }
    }
}
