import type { FaultEffect } from '../../simulator/fault.ts';

/** One change that the demo rolls out, and what it really does to the cluster. */
export interface Scene {
  readonly name: string;
  readonly title: string;
  readonly revision: string;
  readonly digest: string;
  /** Injected when the sync is done; measured like everything else. */
  readonly fault?: FaultEffect;
  /** How many of the users' requests it hurts, for the story. */
  readonly expected: 'go' | 'halt';
}

/** In the order of the story. */
export const SCENES: readonly Scene[] = [
  {
    name: 'harmless',
    title: 'CoreDNS 1.11.4 -> 1.12.1: nothing changes for anybody',
    revision: '4f1c2ab',
    digest: 'sha256:4f1c2ab0',
    expected: 'go',
  },
  {
    name: 'bad-dns',
    title: 'CoreDNS with an upstream that is slow for one query in a hundred',
    revision: '9d07e31',
    digest: 'sha256:9d07e310',
    fault: { kind: 'slow', share: 0.01, seconds: 2 },
    expected: 'halt',
  },
];
