import { html } from 'hono/html';
import type { CataloguedSignal } from '../../domain/catalogued.ts';
import { type Html, layout } from './layout.ts';
import { facts } from './parts.ts';

/** Every signal: why it is watched, its limits, what the gate asks of it, and where its artefacts are. */
export function cataloguePage(signals: readonly CataloguedSignal[]): Html {
  const byComponent = Map.groupBy(signals, ({ component }) => component);
  const alerts = signals.reduce((sum, signal) => sum + signal.alerts.length, 0);
  return layout(
    { title: 'Catalogue', section: '/catalogue' },
    html`<h1>Catalogue</h1>
<p>${signals.length} signals with ${alerts} alerts. Rules, panels, runbooks, alarms and the checks of this gate are made from these definitions.</p>
<p>${[...byComponent.keys()].map((component) => html`<a href="#${component}">${component}</a>&ensp;`)}</p>
${[...byComponent].map(([component, own]) => html`<h2 id="${component}">${component}</h2>${own.map(signalSection)}`)}`,
  );
}

function signalSection({
  id,
  title,
  why,
  objective,
  check,
  alerts,
  requires,
  boardUrl,
  hasAlarm,
}: CataloguedSignal): Html {
  return html`<h3 id="${id}">${title} <code>${id}</code></h3>
<p>${why}</p>
${facts([
  ['Objective', objective],
  ['Gate', check],
  [
    'Alerts',
    alerts.length === 0
      ? 'none'
      : html`<ul>${alerts.map(({ name, severity, firesWhen, because, halts }) => html`<li><a href="/runbooks/${encodeURIComponent(name)}">${name}</a> (${severity}${halts ? ', can halt' : ''}): ${firesWhen}. <span class="small">${because}</span></li>\n`)}</ul>`,
  ],
  ['Needs', requires.join(', ')],
  [
    'Artefacts',
    html`rules, <a href="${boardUrl}">board</a>, runbooks${hasAlarm ? ', CloudWatch alarm' : ''}, check`,
  ],
])}`;
}
