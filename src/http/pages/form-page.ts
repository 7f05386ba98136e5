import { html } from 'hono/html';
import { type Html, layout } from './layout.ts';

/** One field of a form. */
export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly kind: 'text' | 'reason' | 'choice' | 'hidden';
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly optional?: true;
}

/** A form with what was typed so far. */
export interface FormView {
  readonly title: string;
  readonly action: string;
  readonly fields: readonly FormField[];
  readonly typed: Readonly<Record<string, string>>;
  /** By field, or under `form` for the whole. */
  readonly problems: Readonly<Record<string, string>>;
  readonly seal: string;
}

/** A form to fill in; the next step shows what it would do. */
export function formPage({ title, action, fields, typed, problems, seal }: FormView): Html {
  const whole = problems['form'];
  return layout(
    { title },
    html`<h1>${title}</h1>
${whole === undefined ? '' : html`<p class="note" role="alert">${whole}</p>`}
<form method="post" action="${action}">
<input type="hidden" name="seal" value="${seal}">
${fields.map((field) => fieldHtml(field, typed[field.name] ?? '', problems[field.name]))}
<button name="step" value="show">Show what this does</button>
</form>`,
  );
}

/** What a form would do, before it is done. */
export function confirmPage(
  { title, action, fields, typed, seal }: FormView,
  effects: readonly string[],
): Html {
  const shown = fields.filter(({ kind, name }) => kind !== 'hidden' && (typed[name] ?? '') !== '');
  return layout(
    { title },
    html`<h1>${title}?</h1>
<ul class="lead">${effects.map((effect) => html`<li>${effect}</li>\n`)}</ul>
<dl class="facts">${shown.map(({ name, label }) => html`<dt>${label}</dt><dd>${typed[name]}</dd>`)}</dl>
<form method="post" action="${action}">
<input type="hidden" name="seal" value="${seal}">
${fields.map(({ name }) => html`<input type="hidden" name="${name}" value="${typed[name] ?? ''}">\n`)}
<button name="step" value="do">Do it</button>
<button name="step" value="edit">Change something</button>
</form>`,
  );
}

function fieldHtml(field: FormField, value: string, problem: string | undefined): Html {
  const { name, label, hint, kind, choices = [], optional } = field;
  if (kind === 'hidden') return html`<input type="hidden" name="${name}" value="${value}">\n`;
  const described = [
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(problem === undefined ? [] : [`${name}-problem`]),
  ];
  const attributes = html`id="${name}" name="${name}"${optional ? '' : html` required`}${described.length === 0 ? '' : html` aria-describedby="${described.join(' ')}"`}${problem === undefined ? '' : html` aria-invalid="true"`}`;
  return html`<label for="${name}">${label}</label>
${hint === undefined ? '' : html`<p class="small" id="${name}-hint">${hint}</p>`}
${problem === undefined ? '' : html`<p class="note" id="${name}-problem">${problem}</p>`}
${control(kind, attributes, value, choices)}
`;
}

function control(
  kind: FormField['kind'],
  attributes: Html,
  value: string,
  choices: NonNullable<FormField['choices']>,
): Html {
  if (kind === 'choice') {
    return html`<select ${attributes}>${choices.map(([choice, text]) => html`<option value="${choice}"${choice === value ? html` selected` : ''}>${text}</option>`)}</select>`;
  }
  return kind === 'reason'
    ? html`<textarea ${attributes} rows="3" maxlength="1000">${value}</textarea>`
    : html`<input ${attributes} value="${value}">`;
}
