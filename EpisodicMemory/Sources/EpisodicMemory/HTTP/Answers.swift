extension Verdict {
    func write(to body: inout JSONWriter) {
        body.member("decision", decision.rawValue)
        body.member("confidence", confidence)
        body.member("rationale", rationale)
        if let suggestedAction { body.member("suggested_action", suggestedAction) }
        body.arrayMember("matched_failures") { list in
            for failure in failures {
                list.object { entry in
                    entry.member("id", failure.hit.stored.id.description)
                    entry.member("goal", failure.hit.stored.episode.goal)
                    entry.member("error_class", failure.hit.stored.episode.errorClass)
                    entry.member("resolution", failure.hit.stored.episode.resolution)
                    entry.member("occurrences", failure.hit.stored.history.occurrences)
                    entry.member("similarity", failure.hit.scores.similarity)
                    entry.member("action_similarity", failure.actionSimilarity)
                    entry.member("weight", failure.weight)
                    if let way = failure.way { entry.member("resolved_by", way.id.description) }
                }
            }
        }
    }
}

extension Statistics {
    func write(to body: inout JSONWriter) {
        body.objectMember("episodes") { episodes in
            episodes.member("total", failures + successes)
            episodes.member("failures", failures)
            episodes.member("successes", successes)
            episodes.member("archived", archived)
            episodes.member("resolved_failures", resolved)
        }
        body.member("occurrences", occurrences)
        body.objectMember("feedback") { feedback in
            feedback.member("helped", helped)
            feedback.member("not_helped", notHelped)
        }
        if let oldest { body.member("oldest", oldest.description) }
        if let newest { body.member("newest", newest.description) }
        body.arrayMember("error_classes") { list in
            for entry in errorClasses {
                list.object { object in
                    object.member("error_class", entry.name)
                    object.member("count", entry.count)
                }
            }
        }
    }
}
