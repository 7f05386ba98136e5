import { badDns } from './scene-bad-dns.ts';
import { blind } from './scene-blind.ts';
import { crash } from './scene-crash.ts';
import { harmless } from './scene-harmless.ts';
import type { Scene } from './stage.ts';

/** In the order of the story; each can be played alone. */
export const SCENES: readonly Scene[] = [harmless, badDns, blind, crash];
