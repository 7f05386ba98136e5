import { readFileSync } from 'node:fs';
import { InputError } from '../domain/errors.ts';

/**
 * The token that a file holds, without the white space around it.
 *
 * @param flag the flag that names the file, for the message
 * @throws InputError `input/bearer-file` when it can't be read, is empty or could not be sent; the message never holds it
 */
export function readBearerFile(file: string, flag = '--bearer-file'): string {
  const refuse = (why: string): never => {
    throw new InputError('input/bearer-file', `${flag} ${file}: ${why}`, flag.slice(2));
  };
  let text = '';
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
    refuse(`can't be read (${code ?? 'unknown error'}); name a file that holds the token alone`);
  }
  if (text === '') refuse('is empty; expected a token');
  // A header with anything else is refused by the client, whose message would hold the token.
  if (!/^[\x21-\x7e]+$/.test(text))
    refuse('holds more than one word or characters that no header can; expected a token alone');
  return text;
}

/** Writes a text without the token, should a server have sent it back to us. */
export function withoutToken(text: string, token: string | undefined): string {
  if (token === undefined || token.length < MIN_SECRET) return text;
  // In JSON a quote or a backslash of the token has another one before it.
  return text.replaceAll(JSON.stringify(token).slice(1, -1), '(token)').replaceAll(token, '(token)');
}

/** Shorter ones are no secrets, and could be part of any word. */
const MIN_SECRET = 8;
