/// The form of an `action.yml`.
///
/// Source: `action-v1.0.json` of GitHub's language services.
enum ActionSchema {
    static let root: Shape = .mapping(
        MappingShape(
            "an action",
            [
                .required("name", .name),
                .required("description", .string()),
                .required("runs", runs),
                .optional("author", .string()),
                .optional("inputs", inputs),
                .optional("outputs", outputs),
                .optional(
                    "branding",
                    .mapping(
                        MappingShape(
                            "\"branding\"",
                            [.optional("icon", .string()), .optional("color", .word(colors))]
                        )
                    )
                ),
            ]
        )
    )

    private static let colors = ["white", "black", "yellow", "blue", "green", "orange", "red", "purple", "gray-dark"]

    private static let inputs: Shape = .either([
        .empty,
        .mapping(
            MappingShape(
                "\"inputs\"",
                [],
                others: .either([
                    .empty,
                    .mapping(
                        MappingShape(
                            "an input",
                            [
                                .optional("description", .string()),
                                .optional("required", .boolean()),
                                .optional("default", .string(in: .actionInputDefault)),
                                .optional("deprecationMessage", .string()),
                                .optional("type", .string()),
                                .optional("options", .sequence(.string())),
                            ]
                        )
                    ),
                ])
            )
        ),
    ])

    private static let outputs: Shape = .either([
        .empty,
        .mapping(
            MappingShape(
                "\"outputs\"",
                [],
                others: .either([
                    .empty,
                    .mapping(
                        MappingShape(
                            "an output",
                            [.optional("description", .string()), .optional("value", .string(in: .actionOutput))]
                        )
                    ),
                ])
            )
        ),
    ])

    private static let using: MappingShape.Key = .required(
        "using",
        .word(["composite", "docker"] + nodes)
    )

    private static let nodes = ["node12", "node16", "node20", "node24"]

    private static let scriptConditions: [MappingShape.Key] = [
        .optional("pre-if", .condition(in: .actionScriptIf, implicit: .always)),
        .optional("post-if", .condition(in: .actionScriptIf, implicit: .always)),
    ]

    private static let runs: Shape = .variants(
        [
            Variant(
                key: "using",
                values: ["composite"],
                shape: MappingShape("a composite action", [using, .required("steps", .sequence(StepSchema.inAction))])
            ),
            Variant(
                key: "using",
                values: nodes,
                shape: MappingShape(
                    "a JavaScript action",
                    [using, .required("main", .name), .optional("pre", .name), .optional("post", .name)]
                        + scriptConditions
                )
            ),
            Variant(
                key: "using",
                values: ["docker"],
                shape: MappingShape(
                    "a container action",
                    [
                        using, .required("image", .name), .optional("entrypoint", .name),
                        .optional("args", .sequence(.string(in: .actionArguments))),
                        .optional("env", WorkflowSchema.variables("\"env\"", in: .actionArguments)),
                        .optional("pre-entrypoint", .name), .optional("post-entrypoint", .name),
                    ] + scriptConditions
                )
            ),
        ],
        otherwise: MappingShape("\"runs\"", [using], others: .anything())
    )
}
