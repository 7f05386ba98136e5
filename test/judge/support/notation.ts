import { MINUTE_MS, type MinuteReading, type Reading } from '../../../src/domain/reading.ts';

/** What a minute's token stands for; `absent` is a minute that nobody delivered. */
type Token = Reading<number | readonly [number, number]> | 'absent';

const WORDS: Readonly<Record<string, Token>> = {
  'no-traffic': { is: 'no-traffic' },
  'no-data': { is: 'no-data' },
  unknown: { is: 'unknown', cause: 'the store answered 503' },
  absent: 'absent',
  nan: { is: 'value', value: Number.NaN },
  inf: { is: 'value', value: Number.POSITIVE_INFINITY },
  'nan/nan': { is: 'value', value: [Number.NaN, Number.NaN] },
};

/** Tokens such as `60*5/2000 3*no-data ~7/2000 1of40 0.8`, one entry a minute. */
export function tokensOf(text: string): readonly Token[] {
  return text
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const [, times = '1', what = ''] = /^(?:(\d+)\*)?(.+)$/.exec(word) ?? [];
      return Array<Token>(Number(times)).fill(tokenOf(what));
    });
}

/**
 * Readings of a series: `before` ends with minute 0, `since` begins with minute 1.
 *
 * @param shape turns a pair or a number into the reading's value
 */
export function readingsOf<T>(
  { before = '', since = '' }: { readonly before?: string; readonly since?: string },
  zero: number,
  shape: (value: number | readonly [number, number]) => T,
): readonly MinuteReading<T>[] {
  const past = tokensOf(before);
  return [...past, ...tokensOf(since)].flatMap((token, i) => {
    if (token === 'absent') return [];
    const minute = zero + (i + 1 - past.length) * MINUTE_MS;
    const reading: Reading<T> =
      token.is === 'value' || token.is === 'partial' ? { ...token, value: shape(token.value) } : token;
    return [{ minute, reading }];
  });
}

function tokenOf(what: string): Token {
  const word = WORDS[what];
  if (word !== undefined) return word;
  const partial = what.startsWith('~');
  const text = partial ? what.slice(1) : what;
  const pair = /^(-?[\d.]+)(?:\/|of)(-?[\d.]+)$/.exec(text);
  const value = pair ? ([Number(pair[1]), Number(pair[2])] as const) : Number(text);
  if (typeof value === 'number' && Number.isNaN(value)) {
    throw new Error(
      `"${what}" is no reading; write 5/2000, 1of40, 0.8 or one of ${Object.keys(WORDS).join(', ')}`,
    );
  }
  return partial
    ? { is: 'partial', value, cause: 'one of three stores did not answer' }
    : { is: 'value', value };
}
