import Testing

@testable import Workflows

@Suite struct CronTests {
    @Test func readsFields() throws {
        let cron = try CronSchedule("*/20 9-17/4 1,15 JAN,3 MON-WED")
        #expect(cron.minutes == [0, 20, 40])
        #expect(cron.hours == [9, 13, 17])
        #expect(cron.days == [1, 15])
        #expect(cron.months == [1, 3])
        #expect(cron.weekdays == [1, 2, 3])
        #expect(try CronSchedule("5/15 * * * *").minutes == [5, 20, 35, 50])
    }

    /// With both days restricted, either one is enough.
    @Test(arguments: [
        ("0 0 13 * FRI", 13, 1, true), ("0 0 13 * FRI", 14, 5, true), ("0 0 13 * FRI", 14, 4, false),
        ("0 0 13 * *", 13, 1, true), ("0 0 13 * *", 14, 5, false), ("0 0 * * FRI", 14, 5, true),
        ("0 0 * * FRI", 13, 4, false), ("0 0 */2 * MON", 3, 1, true), ("0 0 */2 * MON", 4, 1, false),
    ])
    func knowsWhenItIsDue(cron: String, day: Int, weekday: Int, due: Bool) throws {
        let schedule = try CronSchedule(cron)
        #expect(schedule.matches(minute: 0, hour: 0, day: day, month: 6, weekday: weekday) == due)
        #expect(!schedule.matches(minute: 1, hour: 0, day: day, month: 6, weekday: weekday))
    }

    @Test(arguments: [
        ("*/5 * * * *", 5), ("* * * * *", 1), ("0 * * * *", 60), ("0 3 * * *", 60), ("58 * * * *", 60),
        ("2,58 * * * *", 4), ("2,58 3 * * *", 56), ("2,58 3,4 * * *", 4), ("2,58 23,0 * * *", 4),
    ])
    func knowsTheSmallestGap(cron: String, gap: Int) throws { #expect(try CronSchedule(cron).smallestGap == gap) }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "@hourly", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *",
        "* * * 13 *", "* * * * 7", "a * * * *", "1- * * * *", "-1 * * * *", "5-1 * * * *", "*/0 * * * *", "*/x * * * *",
        "1//2 * * * *", ", * * * *", "1,,2 * * * *", "* * * * MONDAY", "* * * JANUARY *", "1-2-3 * * * *", "+1 * * * *",
    ])
    func refuses(cron: String) { #expect(throws: CronSchedule.Problem.self) { try CronSchedule(cron) } }
}
