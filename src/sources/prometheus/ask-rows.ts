import { UnavailableError } from '../../domain/errors.ts';
import type { PrometheusClient } from './client.ts';

/** One element of an instant vector. */
interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Questions to a store by bare PromQL, counted, with what the store remarked beside its answers. */
export interface RowAsker {
  /** The elements of an instant vector. Rejects with UnavailableError `source/no-answer`. */
  ask(query: string): Promise<readonly Row[]>;
  readonly questions: number;
  /** Each warning once. */
  readonly warnings: readonly string[];
}

/**
 * Asks every question at the same instant.
 *
 * @param atSeconds epoch seconds of the store's clock
 */
export function createRowAsker(client: PrometheusClient, atSeconds: number): RowAsker {
  const warnings = new Set<string>();
  let questions = 0;
  const time = String(atSeconds);
  return {
    get questions() {
      return questions;
    },
    get warnings() {
      return [...warnings];
    },
    async ask(query) {
      questions += 1;
      // A range of one step: of ranges the client reads the values too.
      const form = { query, start: time, end: time, step: '60' };
      const answer = await client.ask({ subject: 'probe', type: 'matrix', form });
      if (!answer.ok) {
        const message = `the store did not answer question ${questions} of the probe: ${answer.cause}`;
        throw new UnavailableError('source/no-answer', message);
      }
      if (answer.warning !== undefined) warnings.add(answer.warning);
      return answer.result.flatMap(({ metric, values }) => {
        const value = values.at(-1)?.[1];
        // An empty label is no label; some stores write it out all the same.
        const labels = Object.fromEntries(Object.entries(metric).filter(([, text]) => text !== ''));
        return value === undefined ? [] : [{ labels, value }];
      });
    },
  };
}
