import {
  demoAccount,
  vendorSample,
  type AccountSeed,
  type AgentSeed,
  type NumberSeed,
  type VendorId,
} from "../../sandbox/vendors/index.ts";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A seeded generator (mulberry32), so that every start has the same numbers. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

type Roll = ReturnType<typeof dice>;

const letters = (roll: Roll, length: number): string =>
  Array.from({ length }, () => alphabet[roll(alphabet.length)]).join("");
const hex = (roll: Roll, length: number): string =>
  Array.from({ length }, () => roll(16).toString(16)).join("");
/** The variable characters of an id. */
const partOf =
  (roll: Roll) =>
  (length: number, of?: "hex"): string =>
    (of === "hex" ? hex : letters)(roll, length);

/** How to generate an account. */
export interface DemoAccountOptions {
  /** How many numbers, at most 500. */
  readonly numbers: number;
  readonly seed: number;
  readonly key: string;
  /** A prefix for the names of numbers, to distinguish accounts. */
  readonly prefix?: string;
  /** Whether to start with the hand-made demo account, whose names the README uses. */
  readonly withDemo?: boolean;
  /** Where the digits of 555-01xx start, so that accounts do not share numbers. */
  readonly firstDigits?: number;
}

/** An account of realistic numbers and agents, the same at every start. Its phone numbers are fictional. */
export function believableAccount(vendor: VendorId, options: DemoAccountOptions): AccountSeed {
  const sample = vendorSample(vendor);
  const roll = dice(options.seed);
  const { lines, places, agents: titles } = sample.business;
  const part = partOf(roll);
  const start: Omit<AccountSeed, "key"> = options.withDemo
    ? demoAccount(vendor)
    : { agents: [], numbers: [] };
  const agents: AgentSeed[] = [
    ...start.agents,
    ...titles.map((name) => ({ id: sample.id("agent", part), name })),
  ];
  const answering = agents.filter(({ assignable }) => assignable !== false);
  const numbers: NumberSeed[] = [...start.numbers];
  const taken = new Set(numbers.map(({ e164 }) => e164));
  for (let at = 0; numbers.length < options.numbers && at < 500; at += 1) {
    const [place, area] = places[at % places.length] ?? ["", "212"];
    const round = Math.floor(at / places.length);
    const line = lines[round % lines.length] ?? "Line";
    const again = Math.floor(round / lines.length);
    const digits = ((options.firstDigits ?? 0) + round * 37 + (at % places.length) * 11) % 100;
    const e164 = `+1${area}55501${String(digits).padStart(2, "0")}`;
    if (taken.has(e164)) continue;
    taken.add(e164);
    const name = `${options.prefix ?? ""}${line} ${place}${again > 0 ? ` ${again + 1}` : ""}`;
    numbers.push({
      id: sample.id("number", part, e164),
      e164,
      name: roll(14) === 0 ? null : name,
      agentId: roll(17) === 0 ? null : (answering[roll(answering.length)]?.id ?? null),
    });
  }
  return { ...start, key: options.key, agents, numbers };
}
