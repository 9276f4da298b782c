import Core

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
        \(PageStyle.sheet)
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
