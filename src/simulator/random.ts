/** Numbers evenly between 0 (included) and 1 (excluded), one at each call. */
export type Random = () => number;

/** Randomness that belongs to something: the same name gives the same numbers, whatever was asked before. */
export type RandomFor = (...name: readonly (string | number)[]) => Random;

/** Reproducible randomness of a seed; not for secrets. */
export function seededRandom(seed: number): RandomFor {
  return (...name) => sfc32(...hash128(`${seed}\n${name.join('\n')}`));
}

type Words = readonly [number, number, number, number];

/** Four words of a text. @see cyrb128 by bryc, public domain */
function hash128(text: string): Words {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ code, 597399067);
    b = c ^ Math.imul(b ^ code, 2869860233);
    c = d ^ Math.imul(c ^ code, 951274213);
    d = a ^ Math.imul(d ^ code, 2716044179);
  }
  a = Math.imul(c ^ (a >>> 18), 597399067);
  b = Math.imul(d ^ (b >>> 22), 2869860233);
  c = Math.imul(a ^ (c >>> 17), 951274213);
  d = Math.imul(b ^ (d >>> 19), 2716044179);
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
}

/** @see Chris Doty-Humphrey, PractRand: sfc32, a small fast generator that passes its tests */
function sfc32(a: number, b: number, c: number, d: number): Random {
  return () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
}
