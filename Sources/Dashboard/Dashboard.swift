// Server-rendered pages over the journal: pure functions from records to HTML.
