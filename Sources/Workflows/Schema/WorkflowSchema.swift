/// The form of a workflow file: every key that GitHub knows.
///
/// Source: `workflow-v1.0.json` of GitHub's language services.
enum WorkflowSchema {
    static let root: Shape = .mapping(
        MappingShape(
            "a workflow",
            [
                .required("on", TriggerSchema.on),
                .required("jobs", .mapping(jobs)),
                .optional("name", .string()),
                .optional("description", .string()),
                .optional("run-name", .string(in: .runName)),
                .optional("permissions", permissions),
                .optional("env", variables("\"env\"", in: .workflowEnv)),
                .optional("defaults", defaults(in: nil)),
                .optional("concurrency", concurrency(in: .workflowConcurrency)),
            ]
        )
    )

    private static let jobs = MappingShape(
        "\"jobs\"",
        [],
        others: .variants([Variant(key: "uses", shape: calledJob)], otherwise: job),
        otherKeys: .identifier("job id")
    )

    // MARK: - Jobs

    private static let commonJobKeys: [MappingShape.Key] = [
        .optional("name", .string(in: .jobName)),
        .optional("needs", .nameOrNames),
        .optional("if", .condition(in: .jobIf)),
        .optional("strategy", strategy),
        .optional("permissions", permissions),
        .optional("concurrency", concurrency(in: .jobConcurrency)),
    ]

    private static let job = MappingShape(
        "a job",
        commonJobKeys + [
            .required("runs-on", runsOn),
            .required("steps", .nestedSteps),
            .optional("env", variables("\"env\"", in: .jobEnv)),
            .optional("environment", environment),
            .optional("defaults", defaults(in: .jobDefaults)),
            .optional("outputs", variables("\"outputs\"", in: .jobOutput, keys: .identifier("output name"))),
            .optional("timeout-minutes", .number(in: .jobSetting)),
            .optional("cancel-timeout-minutes", .number(in: .jobSetting)),
            .optional("continue-on-error", .boolean(in: .jobSetting)),
            .optional("container", .either([.string(in: .container), .mapping(container, in: .container)])),
            .optional("services", services),
            .optional("snapshot", snapshot),
        ]
    )

    private static let calledJob = MappingShape(
        "a job that calls a workflow",
        commonJobKeys + [
            .required("uses", .name),
            .optional(
                "with",
                .mapping(MappingShape("\"with\"", [], others: .scalar(in: .callWith)), in: .callWith)
            ),
            .optional(
                "secrets",
                .either([
                    .word(["inherit"]),
                    .mapping(MappingShape("\"secrets\"", [], others: .scalar(in: .callSecrets)), in: .callSecrets),
                ])
            ),
        ]
    )

    private static let strategy: Shape = .mapping(
        MappingShape(
            "\"strategy\"",
            [
                .optional(
                    "matrix",
                    .mapping(
                        MappingShape(
                            "\"matrix\"",
                            [.optional("include", matrixItems), .optional("exclude", matrixItems)],
                            others: .sequence(.anything(in: .strategy), in: .strategy)
                        ),
                        in: .strategy
                    )
                ),
                .optional("fail-fast", .boolean(in: .strategy)),
                .optional("max-parallel", .number(in: .strategy)),
            ]
        ),
        in: .strategy
    )

    private static let matrixItems: Shape = .sequence(
        .mapping(MappingShape("a matrix item", [], others: .anything(in: .strategy)), in: .strategy),
        in: .strategy
    )

    private static let runsOn: Shape = .either([
        .string(in: .runsOn, nonEmpty: true),
        .sequence(.string(in: .runsOn, nonEmpty: true), in: .runsOn),
        .mapping(
            MappingShape(
                "\"runs-on\"",
                [
                    .optional("group", .string(in: .runsOn, nonEmpty: true)),
                    .optional(
                        "labels",
                        .either([
                            .string(in: .runsOn, nonEmpty: true),
                            .sequence(.string(in: .runsOn, nonEmpty: true), in: .runsOn),
                        ])
                    ),
                ]
            ),
            in: .runsOn
        ),
    ])

    private static let environment: Shape = .either([
        .string(in: .environment),
        .mapping(
            MappingShape(
                "\"environment\"",
                [
                    .required("name", .string(in: .environment)),
                    .optional("url", .string(in: .environmentURL)),
                    .optional("deployment", .boolean(in: .environment)),
                ]
            ),
            in: .environment
        ),
    ])

    private static let snapshot: Shape = .either([
        .name,
        .mapping(
            MappingShape(
                "\"snapshot\"",
                [
                    .required("image-name", .name),
                    .optional("if", .condition(in: .snapshotIf)),
                    .optional("version", .name),
                ]
            )
        ),
    ])

    // MARK: - Containers

    private static let containerKeys: [MappingShape.Key] = [
        .optional("image", .string(in: .container)),
        .optional("options", .string(in: .container)),
        .optional("env", variables("\"env\"", in: .containerEnv)),
        .optional("ports", .sequence(.string(in: .container, nonEmpty: true), in: .container)),
        .optional("volumes", .sequence(.string(in: .container, nonEmpty: true), in: .container)),
        .optional(
            "credentials",
            .mapping(
                MappingShape(
                    "\"credentials\"",
                    [
                        .optional("username", .string(in: .credentials, nonEmpty: true)),
                        .optional("password", .string(in: .credentials, nonEmpty: true)),
                    ]
                ),
                in: .credentials
            )
        ),
    ]

    private static let container = MappingShape("a container", containerKeys)

    private static let services: Shape = .mapping(
        MappingShape(
            "\"services\"",
            [],
            others: .either([
                .string(in: .container),
                .mapping(
                    MappingShape(
                        "a service",
                        containerKeys + [
                            .optional("entrypoint", .string(in: .container)),
                            .optional("command", .string(in: .container)),
                        ]
                    ),
                    in: .container
                ),
            ])
        ),
        in: .container
    )

    // MARK: - Shared

    static func variables(
        _ title: String,
        in place: ExpressionPlace,
        keys: MappingShape.KeyRule = .anyName
    ) -> Shape {
        .mapping(MappingShape(title, [], others: .string(in: place), otherKeys: keys), in: place)
    }

    private static func defaults(in place: ExpressionPlace?) -> Shape {
        .mapping(
            MappingShape(
                "\"defaults\"",
                [
                    .optional(
                        "run",
                        .mapping(
                            MappingShape(
                                "\"defaults.run\"",
                                [
                                    .optional("shell", .string(in: place, nonEmpty: true)),
                                    .optional("working-directory", .string(in: place, nonEmpty: true)),
                                ]
                            ),
                            in: place
                        )
                    )
                ]
            )
        )
    }

    private static func concurrency(in place: ExpressionPlace) -> Shape {
        .either([
            .string(in: place, nonEmpty: true),
            .mapping(
                MappingShape(
                    "\"concurrency\"",
                    [
                        .required("group", .string(in: place, nonEmpty: true)),
                        .optional("cancel-in-progress", .boolean(in: place)),
                        .optional("queue", .word(["single", "max"])),
                    ]
                ),
                in: place
            ),
        ])
    }

    private static let permissions: Shape = .either([
        .word(["read-all", "write-all"]),
        .mapping(MappingShape("\"permissions\"", PermissionCatalog.keys)),
    ])
}
