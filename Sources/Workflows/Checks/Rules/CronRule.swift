internal import Core

/// Schedules: five fields, in range, at most every five minutes, on days that exist.
struct CronRule: WorkflowRule {
    func check(_ context: CheckContext) -> [Diagnostic] {
        context.workflow.triggers.flatMap(\.schedules).flatMap(check)
    }

    private func check(_ schedule: Schedule) -> [Diagnostic] {
        var found: [Diagnostic] = []
        do {
            let cron = try CronSchedule(schedule.cron.value)
            if cron.smallestGap < 5 {
                found.append(
                    Diagnostic(
                        rule: "cron",
                        "GitHub runs a schedule every 5 minutes at most; this one asks for every \(cron.smallestGap)",
                        at: schedule.cron.location
                    )
                )
            }
            if !cron.isPossible {
                found.append(
                    Diagnostic(
                        .warning,
                        rule: "cron",
                        "No year has such a day, so this never runs",
                        at: schedule.cron.location
                    )
                )
            }
        } catch let problem as CronSchedule.Problem {
            found.append(
                Diagnostic(
                    rule: "cron",
                    "Not a valid schedule: \(problem.message)",
                    at: schedule.cron.location,
                    help: problem.help
                )
            )
        } catch {
            found.append(Diagnostic(rule: "cron", "\(error)", at: schedule.cron.location))
        }
        if let timezone = schedule.timezone, !Self.isTimezone(timezone.value) {
            found.append(
                Diagnostic(
                    rule: "cron",
                    "\"\(timezone.value)\" is no IANA time zone",
                    at: timezone.location,
                    help: "Write a name such as Europe/Berlin, America/New_York or UTC."
                )
            )
        }
        return found
    }

    /// By its form: `Area/City`, or a zone without area.
    private static func isTimezone(_ name: String) -> Bool {
        if ["UTC", "GMT", "CET", "EET", "MET", "WET", "EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"]
            .contains(name)
        {
            return true
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let areas = [
            "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Etc", "Europe", "Indian",
            "Pacific",
        ]
        guard parts.count >= 2, let area = parts.first, areas.contains(String(area)) else { return false }
        return parts.dropFirst().allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-+".contains($0)) }
        }
    }
}
