extension BuiltInTypes {
    static let event = """
        package io.k8s.api.core.v1
        Event
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            involvedObject! ObjectReference #2
            reason string #3
            message string #4
            source! EventSource #5
            firstTimestamp time #6
            lastTimestamp time #7
            count int32 #8
            type string #9
            eventTime microTime #10
            series EventSeries #11
            action string #12
            related ObjectReference #13
            reportingComponent string #14
            reportingInstance string #15
        EventSource
            component string #1
            host string #2
        EventSeries
            count int32 #1
            lastObservedTime microTime #2
        """

    static let eventsV1 = """
        package io.k8s.api.events.v1
        Event
            apiVersion string
            kind string
            metadata! ObjectMeta #1
            eventTime microTime #2
            series EventSeries #3
            reportingController string #4
            reportingInstance string #5
            action string #6
            reason string #7
            regarding! ObjectReference #8
            related ObjectReference #9
            note string #10
            type string #11
            deprecatedSource! EventSource #12
            deprecatedFirstTimestamp time #13
            deprecatedLastTimestamp time #14
            deprecatedCount int32 #15
        EventSeries
            count int32 #1
            lastObservedTime microTime #2
        """
}
