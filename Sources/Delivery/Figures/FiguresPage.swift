/// The page's template (Mustache).
enum FiguresPage {
    static let template = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Delivery figures of {{environment}}</title>
        <style>
        :root { color-scheme: light dark; --line: #d0d7de; --soft: #57606a; --bar: #0969da; }
        @media (prefers-color-scheme: dark) { :root { --line: #30363d; --soft: #8b949e; --bar: #58a6ff; } }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; margin-bottom: 0; }
        h2 { font-size: 1.15rem; margin-top: 2rem; }
        p { color: var(--soft); margin: .25rem 0; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
        thead th, .samples { color: var(--soft); font-weight: normal; }
        tbody th { font-weight: 600; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; }
        figure { margin: 1rem 0 0; }
        figcaption { color: var(--soft); font-size: .85rem; }
        svg { width: 100%; height: 4.5rem; border-bottom: 1px solid var(--line); }
        rect { fill: var(--bar); }
        </style>
        </head>
        <body>
        <h1>Delivery figures of {{environment}}</h1>
        <p>{{period}}</p>
        {{#sections}}
        <section>
        <h2>{{name}}</h2>
        <div class="scroll"><table>
        <thead><tr><th scope="col">figure</th><th scope="col">now</th><th scope="col">before</th>\
        <th scope="col">samples</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><th scope="row">{{name}}</th><td>{{value}}</td><td>[{{before}}]</td><td class="samples">{{samples}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        {{#hasNotCounted}}
        <p>Not counted: {{notCounted}}.</p>
        {{/hasNotCounted}}
        <div class="charts">
        {{#charts}}
        <figure>
        <svg viewBox="0 0 320 72" preserveAspectRatio="none" role="img" aria-label="{{name}} over time">
        {{#bars}}
        <rect x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}"><title>{{label}}</title></rect>
        {{/bars}}
        </svg>
        <figcaption>{{name}}</figcaption>
        </figure>
        {{/charts}}
        </div>
        </section>
        {{/sections}}
        {{#hasPipelines}}
        <section>
        <h2>Pipelines</h2>
        <div class="scroll"><table>
        <thead><tr><th scope="col">workflow</th><th scope="col">succeeded, median time</th><th scope="col">before</th>\
        <th scope="col">runs</th></tr></thead>
        <tbody>
        {{#pipelines}}
        <tr><th scope="row">{{name}}</th><td>{{value}}</td><td>[{{before}}]</td><td class="samples">{{samples}}</td></tr>
        {{/pipelines}}
        </tbody>
        </table></div>
        </section>
        {{/hasPipelines}}
        </body>
        </html>

        """
}
