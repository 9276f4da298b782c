/// The form of `on`.
enum TriggerSchema {
    static let on: Shape = .either([
        .word(EventCatalog.all.keys.sorted()),
        .sequence(.word(EventCatalog.all.keys.sorted())),
        .mapping(MappingShape("\"on\"", EventCatalog.all.values.sorted { $0.name < $1.name }.map(key))),
    ])

    private static func key(_ event: EventCatalog.Event) -> MappingShape.Key {
        switch event.name {
        case "schedule": .optional(event.name, .sequence(.mapping(cron)))
        case "workflow_call": .optional(event.name, .either([.empty, .mapping(workflowCall)]))
        case "workflow_dispatch": .optional(event.name, .either([.empty, .mapping(workflowDispatch)]))
        default: .optional(event.name, .either([.empty, .mapping(filters(of: event))]))
        }
    }

    private static func filters(of event: EventCatalog.Event) -> MappingShape {
        var keys: [MappingShape.Key] = []
        if event.filters.contains(.freeTypes) {
            keys.append(.optional("types", .nameOrNames))
        } else if !event.types.isEmpty {
            keys.append(.optional("types", .either([.word(event.types), .sequence(.word(event.types))])))
        }
        for filter in [EventCatalog.Filter.branches, .tags, .paths] where event.filters.contains(filter) {
            keys.append(.optional(filter.rawValue, .nameOrNames))
            keys.append(.optional(filter.rawValue + "-ignore", .nameOrNames))
        }
        for filter in [EventCatalog.Filter.workflows, .names, .versions] where event.filters.contains(filter) {
            keys.append(.optional(filter.rawValue, .nameOrNames))
        }
        return MappingShape("the \"\(event.name)\" event", keys)
    }

    private static let cron = MappingShape(
        "a schedule",
        [.required("cron", .name), .optional("timezone", .name)]
    )

    private static let workflowDispatch = MappingShape(
        "\"workflow_dispatch\"",
        [
            .optional(
                "inputs",
                inputs(
                    MappingShape(
                        "an input",
                        [
                            .optional("description", .string()),
                            .optional("type", .word(InputDefinition.Kind.allCases.map(\.rawValue))),
                            .optional("required", .boolean()),
                            .optional("default", .scalar()),
                            .optional("options", .sequence(.string())),
                        ]
                    )
                )
            )
        ]
    )

    private static let workflowCall = MappingShape(
        "\"workflow_call\"",
        [
            .optional(
                "inputs",
                inputs(
                    MappingShape(
                        "an input",
                        [
                            .optional("description", .string()),
                            .required("type", .word(["string", "boolean", "number"])),
                            .optional("required", .boolean()),
                            .optional("default", .scalar(in: .callInputDefault)),
                        ]
                    )
                )
            ),
            .optional(
                "secrets",
                .mapping(
                    MappingShape(
                        "\"secrets\"",
                        [],
                        others: .either([
                            .empty,
                            .mapping(
                                MappingShape(
                                    "a secret",
                                    [.optional("description", .string()), .optional("required", .boolean())]
                                )
                            ),
                        ]),
                        otherKeys: .identifier("secret name")
                    )
                )
            ),
            .optional(
                "outputs",
                .mapping(
                    MappingShape(
                        "\"outputs\"",
                        [],
                        others: .mapping(
                            MappingShape(
                                "an output",
                                [
                                    .optional("description", .string()),
                                    .required("value", .string(in: .callOutput)),
                                ]
                            )
                        ),
                        otherKeys: .identifier("output name")
                    )
                )
            ),
        ]
    )

    private static func inputs(_ input: MappingShape) -> Shape {
        .mapping(MappingShape("\"inputs\"", [], others: .mapping(input), otherKeys: .identifier("input name")))
    }
}
