import NIOCore
import NIOHTTP1
import NIOPosix

/// A tiny HTTP service to build images from in tests: well behaved by default, broken in one chosen way by environment.
///
/// Small on purpose (no Foundation, no framework), so that an image of it is assembled and started in a moment.
@main
struct SampleService {
    static func main() async throws {
        let settings = Settings.fromEnvironment()
        if let code = settings.exitAtStart {
            Log.line("cannot start: configuration value DATABASE_URL is missing")
            Signals.exit(with: code)
        }
        let state = ServiceState()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: settings.host, port: settings.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        Log.line("version \(settings.version) listens on \(settings.host):\(listener.channel.localAddress?.port ?? 0)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            group.addTask { await Connection(settings: settings, state: state).serve(connection) }
                        }
                    }
                }
            }
            group.addTask {
                await Signals.termination()
                state.startDraining()
                Log.line("draining for \(settings.drainSeconds) s")
                try await Task.sleep(for: .seconds(settings.drainSeconds))
                await state.waitUntilIdle()
                Log.line("stopped")
                Signals.exit(with: 0)
            }
            try await group.waitForAll()
        }
    }
}
