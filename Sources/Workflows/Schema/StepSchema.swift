/// The form of a step, in a job and in a composite action.
enum StepSchema {
    static let inJob: Shape = .variants(
        [
            Variant(key: "run", shape: run(in: .step, condition: .stepIf, more: [background, jobShell])),
            Variant(key: "uses", shape: uses(in: .step, condition: .stepIf, more: [background])),
            Variant(key: "wait", shape: control("a \"wait\" step", .required("wait", .nameOrNames))),
            Variant(
                key: "wait-all",
                shape: control("a \"wait-all\" step", .required("wait-all", .either([.empty, .boolean()])))
            ),
            Variant(key: "cancel", shape: control("a \"cancel\" step", .required("cancel", .name))),
            Variant(
                key: "parallel",
                shape: MappingShape("a \"parallel\" step", [.required("parallel", .nestedSteps)])
            ),
        ],
        otherwise: MappingShape(
            "a step",
            unknownKind,
            kinds: ["run", "uses", "wait", "wait-all", "cancel", "parallel"]
        )
    )

    static let inAction: Shape = .variants(
        [
            Variant(
                key: "run",
                shape: run(
                    in: .actionStep,
                    condition: .actionStepIf,
                    more: [.required("shell", .string(in: .actionStep, nonEmpty: true))],
                    timeout: false
                )
            ),
            Variant(key: "uses", shape: uses(in: .actionStep, condition: .actionStepIf, more: [], timeout: false)),
        ],
        otherwise: MappingShape(
            "a step",
            unknownKind.filter { !["background", "timeout-minutes"].contains($0.name) },
            kinds: ["run", "uses"]
        )
    )

    private static let background: MappingShape.Key = .optional("background", .boolean())
    private static let jobShell: MappingShape.Key = .optional("shell", .name)

    private static func common(
        in place: ExpressionPlace,
        condition: ExpressionPlace,
        timeout: Bool
    ) -> [MappingShape.Key] {
        let keys: [MappingShape.Key] = [
            .optional("id", .name),
            .optional("name", .string(in: place)),
            .optional("if", .condition(in: condition)),
            .optional("env", WorkflowSchema.variables("\"env\"", in: place)),
            .optional("continue-on-error", .boolean(in: place)),
        ]
        return keys + (timeout ? [.optional("timeout-minutes", .number(in: place))] : [])
    }

    private static func run(
        in place: ExpressionPlace,
        condition: ExpressionPlace,
        more: [MappingShape.Key],
        timeout: Bool = true
    ) -> MappingShape {
        MappingShape(
            "a step with \"run\"",
            common(in: place, condition: condition, timeout: timeout) + more + [
                .required("run", .string(in: place)),
                .optional("working-directory", .string(in: place)),
            ]
        )
    }

    private static func uses(
        in place: ExpressionPlace,
        condition: ExpressionPlace,
        more: [MappingShape.Key],
        timeout: Bool = true
    ) -> MappingShape {
        MappingShape(
            "a step with \"uses\"",
            common(in: place, condition: condition, timeout: timeout) + more + [
                .required("uses", .name),
                .optional("with", WorkflowSchema.variables("\"with\"", in: place)),
            ]
        )
    }

    private static func control(_ title: String, _ key: MappingShape.Key) -> MappingShape {
        MappingShape(
            title,
            [
                .optional("id", .name),
                .optional("name", .string(in: .step)),
                .optional("continue-on-error", .boolean(in: .step)),
                key,
            ]
        )
    }

    /// What may stand in a step that says neither `run` nor `uses`: enough to report that one is missing.
    private static let unknownKind: [MappingShape.Key] =
        common(in: .step, condition: .stepIf, timeout: true) + [
            background,
            .optional("with", WorkflowSchema.variables("\"with\"", in: .step)),
            .optional("shell", .string(in: .step)),
            .optional("working-directory", .string(in: .step)),
        ]
}
