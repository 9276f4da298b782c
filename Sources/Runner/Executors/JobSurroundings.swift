/// What a job's steps find set up, those in the background too.
struct JobSurroundings: Sendable {
    /// What the job's actions have fetched and remembered.
    var actions = ActionRegistry()
    /// Where the job's processes run.
    var executor: any StepExecutor = HostExecutor()
    /// What lets the job ask for identity tokens, where it may.
    var oidcVariables: [String: String] = [:]
    /// The job's container and services, where it has any.
    var containers: JobContainers?
}

extension JobExecution {
    var actions: ActionRegistry {
        get { surroundings.actions }
        set { surroundings.actions = newValue }
    }

    var executor: any StepExecutor {
        get { surroundings.executor }
        set { surroundings.executor = newValue }
    }

    var oidcVariables: [String: String] {
        get { surroundings.oidcVariables }
        set { surroundings.oidcVariables = newValue }
    }

    var containers: JobContainers? {
        get { surroundings.containers }
        set { surroundings.containers = newValue }
    }
}
