import type { Rng } from '../../src/engine/rng.ts';

/** Values that break careless code: limits of double, empty and long texts, control and bidi characters, wrong kinds. */
const awkward: readonly unknown[] = [
  0, -1, 1, 0.5, 1e308, -1e308, 5e-324, Number.MAX_SAFE_INTEGER, 2 ** 53, -0, 1e-7, 4294967296,
  '', ' ', '0', 'NaN', '__proto__', 'constructor', '../../etc/passwd', '\u0000', '\u202Eabc', '<img src=x onerror=alert(1)>', '=1+1', 'a'.repeat(5000),
  null, true, false, [], {}, [[]], [null], { kind: 'grid' }, { choices: [] }, { int: [1, 2] }, { float: [0.1, 0.2], log: true },
]; // prettier-ignore

type Json = unknown;
type Place = { readonly parent: Record<string, Json> | Json[]; readonly key: string | number };

function places(value: Json, out: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return out;
  const parent = value as Record<string, Json> | Json[]; // an object or a list
  const keys = Array.isArray(parent) ? parent.keys() : Object.keys(parent);
  for (const key of keys) {
    out.push({ parent, key });
    places((parent as Record<string | number, Json>)[key], out); // one of its own keys
  }
  return out;
}

const pick = <T>(list: readonly T[], rng: Rng): T => list[rng.int(list.length)];

/** A copy of `value` with one to three changes of structure or content: near enough to valid to get past the parser. */
export function mutateJson(value: Json, rng: Rng): Json {
  const copy = structuredClone(value);
  for (let i = rng.int(3); i >= 0; i--) {
    const all = places(copy);
    if (all.length === 0) return copy;
    const { parent, key } = pick(all, rng);
    const at = parent as Record<string | number, Json>; // indexed by a key of its own
    const old = at[key];
    switch (rng.int(8)) {
      case 0:
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else Reflect.deleteProperty(parent, key);
        break;
      case 1:
        at[key] = structuredClone(pick(awkward, rng));
        break;
      case 2:
      case 3:
      case 4: // small changes of numbers are what most often stays valid
        at[key] =
          typeof old === 'number' ? old * pick([0.5, 2, 1, -1, 10], rng) + pick([0, 1, -1, 1e-9], rng) : old;
        break;
      case 5:
        if (!Array.isArray(parent)) parent[`${String(key)}x`] = old;
        else parent.push(structuredClone(old));
        break;
      case 6: {
        const other = pick(all, rng);
        at[key] = structuredClone((other.parent as Record<string | number, Json>)[other.key]);
        break;
      }
      default:
        at[key] = typeof old === 'string' ? old + pick(['', ' ', '\u202E', '2'], rng) : old;
    }
  }
  return copy;
}

/** Text with one small wound: a cut, a doubled piece, a foreign character, a torn end, zero bytes. */
export function mutateText(text: string, rng: Rng): string {
  const at = rng.int(text.length + 1);
  const length = rng.int(20);
  switch (rng.int(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
    case 2:
      return (
        text.slice(0, at) +
        pick(['"', ',', '{', ']', '\u0000', '\uFEFF', '\r', ';', '\t', '1e999', '٣'], rng) +
        text.slice(at)
      );
    case 3:
      return text.slice(0, at);
    case 4:
      return text.slice(0, at) + '\u0000'.repeat(length) + text.slice(at + length);
    default:
      return text;
  }
}
