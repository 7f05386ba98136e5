/** What authors of signals use: definitions, expressions, and the renderers that turn them into files. */
export { type Bundle, type BundleParameters, defineBundle } from './catalogue/bundle.ts';
export { CATALOGUE } from './catalogue/catalogue.ts';
export { burnAlerts, defineSignal } from './catalogue/define-signal.ts';
export type { Alert, Condition, Guard, Signal, Slo } from './catalogue/signal.ts';
export { DefinitionError } from './domain/errors.ts';
export { type Counter, counter, type Histogram, histogram, rate, scraped } from './promql/counter.ts';
export {
  by,
  changes,
  combine,
  compare,
  either,
  except,
  type Gauge,
  gauge,
  only,
  recorded,
  test,
  times,
  type Vector,
} from './promql/vector.ts';
export { renderCheckedAlerts, renderChecks } from './render/checks/render-checks.ts';
export type { RenderedFile } from './render/file.ts';
export { renderBundle } from './render/render-bundle.ts';
