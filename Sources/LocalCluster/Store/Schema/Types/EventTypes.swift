extension BuiltInTypes {
    static let event = """
        package io.k8s.api.core.v1
        Event
            apiVersion string
            kind string
            metadata! ObjectMeta
            involvedObject! ObjectReference
            reason string
            message string
            source! EventSource
            firstTimestamp time
            lastTimestamp time
            count int32
            type string
            eventTime microTime
            series EventSeries
            action string
            related ObjectReference
            reportingComponent string
            reportingInstance string
        EventSource
            component string
            host string
        EventSeries
            count int32
            lastObservedTime microTime
        """

    static let eventsV1 = """
        package io.k8s.api.events.v1
        Event
            apiVersion string
            kind string
            metadata! ObjectMeta
            eventTime microTime
            series EventSeries
            reportingController string
            reportingInstance string
            action string
            reason string
            regarding! ObjectReference
            related ObjectReference
            note string
            type string
            deprecatedSource! EventSource
            deprecatedFirstTimestamp time
            deprecatedLastTimestamp time
            deprecatedCount int32
        EventSeries
            count int32
            lastObservedTime microTime
        """
}
