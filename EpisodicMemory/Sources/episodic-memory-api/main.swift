import EpisodicMemory
import Foundation
import NIOCore
import NIOPosix

// Requests are read and written on NIO's threads; the tasks that answer them run there too, so that no request has to
// change threads and wait for a second one to wake up.
NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()

exit(
    await Command.run(
        arguments: Array(CommandLine.arguments.dropFirst()),
        environment: ProcessInfo.processInfo.environment
    )
)
