import { badDns } from './scene-bad-dns.ts';
import { blind } from './scene-blind.ts';
import { crash } from './scene-crash.ts';
import { freeze } from './scene-freeze.ts';
import { harmless } from './scene-harmless.ts';
import { rollback } from './scene-rollback.ts';
import type { Scene } from './stage.ts';

/** In the order of the story; each can be played alone. */
export const SCENES: readonly Scene[] = [harmless, badDns, rollback, freeze, blind, crash];
