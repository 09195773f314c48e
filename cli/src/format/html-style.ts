/** Style of the report: light and dark as the reader's system says, black on white on paper. */
export const htmlStyle = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1c2430; --dim: #5b6675; --line: #dde2e9; --code: #f2f4f7;
  --error: #b3261e; --warning: #8f5a00; --info: #1f5fa8; --safe: #1d7044; --mark: #fff0c2; }
@media (prefers-color-scheme: dark) { :root { --page: #14181e; --card: #1c222b; --text: #e4e8ee; --dim: #9aa6b5; --line: #323b47;
  --code: #141920; --error: #ff8a80; --warning: #f0b860; --info: #82b6f5; --safe: #7fd3a4; --mark: #4a3d14; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; }
main, footer { max-width: 1080px; margin: 0 auto; padding: 1.5rem; }
code, pre { font-family: ui-monospace, 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: .85em; }
code { overflow-wrap: anywhere; }
header { margin-bottom: 2rem; }
.verdict { margin: 0 0 1rem; font-size: 2rem; font-weight: 700; line-height: 1.2; }
.verdict.breaking, .verdict.unproven { color: var(--error); }
.verdict.compatible, .verdict.none { color: var(--safe); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--dim); }
dd { margin: 0; min-width: 0; }
.version { color: var(--dim); }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.tiles li { min-width: 7.5rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.2; }
.tiles span { color: var(--dim); font-size: .85rem; }
.tiles .error b { color: var(--error); } .tiles .warning b { color: var(--warning); } .tiles .info b { color: var(--info); }
.summary, .note { margin: 0; color: var(--dim); }
h2 { margin: 2.25rem 0 .75rem; padding-bottom: .35rem; border-bottom: 1px solid var(--line); font-size: 1.15rem; overflow-wrap: anywhere; }
.card { margin: 0 0 1rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-left: 4px solid var(--dim); border-radius: 8px; background: var(--card); }
.card.error { border-left-color: var(--error); } .card.warning { border-left-color: var(--warning); } .card.info { border-left-color: var(--info); }
details.card { padding-block: .6rem; } details.card[open] > summary { margin-bottom: .75rem; }
summary { cursor: pointer; }
h3 { margin: 0 0 .75rem; font-size: 1rem; font-weight: 600; }
.message { overflow-wrap: anywhere; }
.badge { margin-right: .35rem; padding: .1rem .5rem; border: 1px solid currentColor; border-radius: 999px; color: var(--dim); font-size: .75rem; font-weight: 600; }
.error > h3 .badge { color: var(--error); } .warning > h3 .badge { color: var(--warning); } .info > summary .badge { color: var(--info); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
@media (max-width: 760px) { .pair { grid-template-columns: 1fr; } }
figure { margin: 0 0 .75rem; min-width: 0; }
figure pre { white-space: pre-wrap; overflow-wrap: anywhere; }
figcaption { margin-bottom: .25rem; color: var(--dim); font-size: .85rem; }
pre { margin: 0; padding: .6rem .75rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--code); line-height: 1.45; }
pre i { color: var(--dim); font-style: normal; user-select: none; }
mark { display: block; margin: 0 -.75rem; padding: 0 .75rem; background: var(--mark); color: inherit; }
.proof { margin: .25rem 0 .35rem; }
.witness { max-height: 26rem; overflow: auto; margin-bottom: .75rem; border-left: 3px solid var(--dim); }
.facts { margin-top: .5rem; }
.relation { grid-template-columns: 1fr; } .relation dd { margin-bottom: .75rem; } .relation pre { margin-top: .25rem; }
.codes { margin: .75rem 0 0; color: var(--dim); font-size: .85rem; } .codes code + code { margin-left: .75rem; }
footer { color: var(--dim); font-size: .85rem; }
@media print { :root { --page: #fff; --card: #fff; --text: #000; --dim: #444; --line: #bbb; --code: #fff; --mark: #eee;
  --error: #a00; --warning: #750; --info: #035; --safe: #053; }
  body { font-size: 10pt; } main, footer { max-width: none; padding: 0; } .card { break-inside: avoid; } pre { white-space: pre-wrap; }
  .witness { max-height: none; } .tiles li { padding: .4rem .7rem; } }
`;
