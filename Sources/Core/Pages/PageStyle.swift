/// How every page looks that Slipway writes to a file: light and dark, readable on a phone, nothing loaded from elsewhere.
package enum PageStyle {
    package static let sheet = """
        :root { color-scheme: light dark; --line: #d0d7de; --soft: #57606a; --bar: #0969da; --bad: #cf222e; }
        @media (prefers-color-scheme: dark) {
          :root { --line: #30363d; --soft: #8b949e; --bar: #58a6ff; --bad: #f85149; }
        }
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
        """
}
