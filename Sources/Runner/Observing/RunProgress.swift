import Journal

/// What happens in a run, as it happens. All text has passed the masker.
package enum RunProgress: Sendable {
    case runStarted(RunRecord)
    /// A job appeared, or its status changed; legs of a matrix appear when it is expanded.
    case job(JobRecord)
    case step(StepRecord)
    /// Whole lines of a step, each ended by a line feed.
    case output(job: JobRecord, step: StepRecord, text: String)
    case annotation(AnnotationRecord)
    /// Something a user should know that belongs to no step.
    case notice(String)
    case runFinished(RunRecord)
}

/// Shows a run while it runs. Called from several threads at once, in order for each job.
package protocol RunObserver: Sendable {
    func observe(_ progress: RunProgress)
}

/// Shows nothing.
package struct SilentObserver: RunObserver {
    package init() {}
    package func observe(_ progress: RunProgress) {}
}
