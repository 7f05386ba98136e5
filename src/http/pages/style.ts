import { createHash } from 'node:crypto';

/** The one stylesheet. Colours carry meaning only beside a word or a sign, and keep a contrast of 4.5 to 1. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --mild: #4d5a69; --paper: #fff; --soft: #f2f5f8; --line: #cdd6df; --link: #075fa8;
  --mark: #8f4700; --go: #14682f; --halt: #b3211c; --hold: #8f4700; --treated: #b3211c; --control: #075fa8; --limit: #6b4fa0 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ef; --mild: #a9b5c2; --paper: #12171d; --soft: #1c242d; --line: #3a4654; --link: #7cc0ff;
    --mark: #f0a35a; --go: #6fd08c; --halt: #ff8f85; --hold: #f0a35a; --treated: #ff8f85; --control: #7cc0ff; --limit: #c6b0f5 }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 0 1rem 3rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding: .9rem 0; border-bottom: 1px solid var(--line) }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
nav a { padding: .2rem 0; text-decoration: none }
nav a:hover, nav a[aria-current] { text-decoration: underline; text-underline-offset: .3em }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
main { min-width: 0 }
main:focus { outline: none }
.skip { position: absolute; left: -999rem }
.skip:focus { position: static; display: inline-block; padding: .5rem }
h1 { margin: 1.4rem 0 .6rem; font-size: 1.6rem; line-height: 1.2 }
h2 { margin-top: 2rem; padding-bottom: .2rem; font-size: 1.2rem; border-bottom: 1px solid var(--line) }
h3 { margin-bottom: .3rem; font-size: 1.05rem }
pre { padding: .7rem .9rem; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; overflow-x: auto }
code { font: .92em/1.45 ui-monospace, monospace }
:not(pre) > code { background: var(--soft); padding: 0 .25em }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line) }
th { color: var(--mild); font-weight: 600 }
/* A column is never narrower than its words; only the last one, which holds free text, breaks anywhere. */
td:last-child { overflow-wrap: anywhere; min-width: 12rem }
time, .when, td:first-child:not(:last-child) > a { white-space: nowrap }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem }
dl.facts dt { color: var(--mild) }
dl.facts dd { margin: 0; overflow-wrap: anywhere }
.note { padding: .5rem .8rem; border-left: 4px solid var(--mark); background: var(--soft) }
.lead { font-size: 1.1rem }
.small { font-size: .875rem; color: var(--mild) }
.state { font-weight: 600; white-space: nowrap }
.state.go, .state.complete, .state.proved { color: var(--go) }
.state.halt, .state.halted, .state.stalled, .state.frozen, .state.harm, .state.spent { color: var(--halt) }
.state.hold, .state.held, .state.inconclusive, .state.suspicion, .state.revoked { color: var(--hold) }
ul.cells { display: flex; flex-wrap: wrap; gap: 3px; margin: .3rem 0 1rem; padding: 0; list-style: none }
ul.cells a { display: block; width: 1.6rem; height: 1.6rem; line-height: 1.6rem; text-align: center; text-decoration: none;
  background: var(--soft); border: 1px solid var(--line); border-radius: 3px; color: var(--mild); font-size: .85rem }
ul.cells a.go { color: var(--go); border-color: var(--go) }
ul.cells a.halted, ul.cells a.revoked { color: var(--paper); background: var(--halt); border-color: var(--halt) }
ul.cells a.soaking, ul.cells a.settling, ul.cells a.admitted { color: var(--control); border-color: var(--control) }
ul.cells a.inconclusive, ul.cells a.asked { color: var(--hold); border-color: var(--hold) }
.bar { display: inline-block; width: 8rem; max-width: 100%; height: .7rem; vertical-align: middle }
.bar rect { fill: var(--line) } .bar rect.done { fill: var(--control) } .bar rect.least { fill: var(--ink) }
figure { margin: 1rem 0 1.5rem }
figcaption { font-weight: 600 }
figure p { margin: .2rem 0 }
.plot { display: block; max-width: 100%; height: auto }
.key { display: inline-block; width: 1.4rem; height: 0; margin-right: .35rem; vertical-align: middle; border-top: 3px solid currentColor }
.key.treated { color: var(--treated) } .key.control { color: var(--control) } .key.limit { color: var(--limit); border-top-style: dashed }
form { max-width: 44rem; padding: .8rem 1rem; background: var(--soft); border: 1px solid var(--line); border-radius: 4px }
label { display: block; margin: .6rem 0 .2rem; font-weight: 600 }
input, select, textarea { width: 100%; padding: .4rem .5rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--mild); border-radius: 3px }
button { margin-top: .8rem; padding: .4rem 1rem; font: inherit; color: var(--paper); background: var(--link); border: 0; border-radius: 3px; cursor: pointer }
pre + button.copy { margin: -.5rem 0 1rem; padding: .15rem .6rem; font-size: .875rem }
footer { margin-top: 3rem; padding-top: .6rem; border-top: 1px solid var(--line); color: var(--mild); font-size: .875rem }
@media print {
  header nav, .skip, form, button, footer { display: none }
  body { max-width: none; padding: 0 }
  a { color: inherit; text-decoration: none }
  figure, tr { break-inside: avoid }
}
`;

/** The stylesheet's address: another content is another address, so that browsers may keep it for ever. */
export const STYLE_PATH: string = `/assets/${createHash('sha256').update(STYLE).digest('hex').slice(0, 16)}.css`;
