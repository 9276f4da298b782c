import Core
import Dispatch
import Foundation
import Runner

/// Turns Ctrl-C and SIGTERM into a stop of the run: `always()` steps still run. A second one ends at once.
final class InterruptHandler {
    private let sources: [any DispatchSourceSignal]

    init(_ stop: StopSignal) {
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            // The default action would end the process before the source sees the signal.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if stop.isStopped { Foundation.exit(Core.ExitCode.interrupted.rawValue) }
                stop.stop(.cancelled)
            }
            source.resume()
            return source
        }
    }

    func cancel() {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    }
}
