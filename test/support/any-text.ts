import fc, { type Arbitrary, type StringConstraints } from "fast-check";

const pick = (min: number, max: number) => fc.integer({ min, max }).map((code) => String.fromCodePoint(code));

/** Any character: those of keyboards and control characters more often than others, and no half of a pair. */
const character = fc.oneof(
  pick(0, 0xff),
  pick(0x100, 0xd7ff),
  pick(0xe000, 0xffff),
  pick(0x1_00_00, 0x10_ff_ff),
);

/** Names that every object has. */
const inherited = fc.constantFrom("__proto__", "constructor", "toString", "valueOf", "hasOwnProperty");

/** Any text. fast-check's own `binary` strings take two seconds to prepare in each process. */
export function anyText(length: Pick<StringConstraints, "maxLength"> = {}): Arbitrary<string> {
  return fc.oneof({ weight: 19, arbitrary: fc.string({ unit: character, ...length }) }, inherited);
}
