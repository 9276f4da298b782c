import Core

/// The page's template (Mustache).
enum LoadPage {
    static let template = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <style>
        \(PageStyle.sheet)
        .p99, .error { fill: none; stroke: var(--bad); stroke-width: 2; vector-effect: non-scaling-stroke; }
        .p50 { fill: none; stroke: var(--bar); stroke-width: 2; vector-effect: non-scaling-stroke; }
        rect.error { fill: var(--bad); stroke: none; }
        .bad { color: var(--bad); }
        </style>
        </head>
        <body>
        <h1>{{verdict}}</h1>
        <p>{{title}}</p>
        <p>{{startedAt}}</p>
        {{#warnings}}
        <p class="bad">{{.}}</p>
        {{/warnings}}
        {{#hasThresholds}}
        <section>
        <h2>Thresholds</h2>
        <div class="scroll"><table>
        <tbody>
        {{#thresholds}}
        <tr><th scope="row">{{mark}}</th><td>{{text}}</td></tr>
        {{/thresholds}}
        </tbody>
        </table></div>
        </section>
        {{/hasThresholds}}
        <section>
        <h2>Figures</h2>
        <div class="scroll"><table>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td>{{value}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        </section>
        <section>
        <h2>Over time</h2>
        <div class="charts">
        <figure>
        <svg viewBox="0 0 320 72" preserveAspectRatio="none" role="img" aria-label="latency over time">
        {{#p99}}
        <polyline class="p99" points="{{.}}"/>
        {{/p99}}
        {{#p50}}
        <polyline class="p50" points="{{.}}"/>
        {{/p50}}
        </svg>
        <figcaption>latency: p50 and, above it, p99; highest {{highest}}</figcaption>
        </figure>
        <figure>
        <svg viewBox="0 0 320 72" preserveAspectRatio="none" role="img" aria-label="errors over time">
        {{#bars}}
        <rect class="error" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"><title>{{label}}</title></rect>
        {{/bars}}
        </svg>
        <figcaption>share of requests without a good answer; the full height is all</figcaption>
        </figure>
        </div>
        </section>
        </body>
        </html>

        """
}
