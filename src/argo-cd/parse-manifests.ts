import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import {
  at,
  type Fields,
  isFields,
  listAt,
  type Manifest,
  type Path,
  textAt,
  type Value,
} from './manifest.ts';

/** Something in a file that could not be read. */
export interface Unreadable {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** What a file holds. */
export interface ParsedFile {
  readonly manifests: readonly Manifest[];
  readonly unreadable: readonly Unreadable[];
}

/** Reads the Kubernetes objects of a file of YAML documents (or JSON); what is no object with a kind is passed over. */
export function parseManifests(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const manifests: Manifest[] = [];
  const unreadable: Unreadable[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const [error] = document.errors;
    if (error !== undefined) {
      const what = error.message.split('\n')[0] ?? error.message;
      unreadable.push({ file, line: error.linePos?.[0].line ?? 1, what });
      continue;
    }
    manifests.push(...manifestsOf(file, document, lines));
  }
  return { manifests, unreadable };
}

function manifestsOf(file: string, document: Document, lines: LineCounter): readonly Manifest[] {
  const content = document.toJS() as Value;
  if (!isFields(content)) return [];
  if (textAt(content, ['kind']) !== 'List') return manifestOf(file, content, [], document, lines);
  return listAt(content, ['items']).flatMap((item, i) =>
    isFields(item) ? manifestOf(file, item, ['items', i], document, lines) : [],
  );
}

function manifestOf(
  file: string,
  fields: Fields,
  root: Path,
  document: Document,
  lines: LineCounter,
): readonly Manifest[] {
  const kind = textAt(fields, ['kind']);
  if (kind === undefined) return [];
  const name = at(fields, ['metadata', 'name']) ?? at(fields, ['metadata', 'generateName']);
  return [
    {
      file,
      kind,
      apiVersion: textAt(fields, ['apiVersion']) ?? '',
      name: typeof name === 'string' ? name : '(no name)',
      fields,
      lineOf: (path) => lineOf(document, [...root, ...path], lines),
    },
  ];
}

function lineOf(document: Document, path: Path, lines: LineCounter): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
