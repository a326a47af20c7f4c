import {
  demoAccount,
  type AccountSeed,
  type AgentSeed,
  type NumberSeed,
} from "../../sandbox/vendors/index.ts";
import type { VendorId } from "./types.ts";

/** The business of a vendor's account: its lines and the agents that answer them. */
interface Theme {
  readonly lines: readonly string[];
  readonly places: readonly (readonly [place: string, areaCode: string])[];
  readonly agents: readonly string[];
}

const themes: Readonly<Record<VendorId, Theme>> = {
  dialnexa: {
    lines: ["Support", "Sales", "Billing", "Returns", "Warehouse", "Key accounts"],
    places: [
      ["Austin", "512"],
      ["Denver", "303"],
      ["Portland", "503"],
      ["Boston", "617"],
      ["Chicago", "312"],
    ],
    agents: ["Returns desk", "Key accounts", "Spanish front desk"],
  },
  oneinbox: {
    lines: ["Clinic", "Pharmacy", "Lab results", "Prescriptions", "Nurse line", "Paediatrics"],
    places: [
      ["Quincy", "617"],
      ["Salem", "978"],
      ["Lowell", "351"],
      ["Worcester", "508"],
      ["Newton", "857"],
    ],
    agents: ["Nurse triage", "Prescription refills", "Spanish reception"],
  },
  speechify: {
    lines: ["Front desk", "Reservations", "Concierge", "Events", "Restaurant", "Valet"],
    places: [
      ["Miami Beach", "305"],
      ["Key West", "786"],
      ["Naples", "239"],
      ["Tampa", "813"],
      ["Orlando", "407"],
    ],
    agents: ["Events", "Restaurant host", "Night concierge"],
  },
  cartesia: {
    lines: ["Dispatch", "Roadside", "Claims", "Towing", "Fleet desk", "Windscreen"],
    places: [
      ["Dallas", "214"],
      ["Houston", "713"],
      ["El Paso", "915"],
      ["Laredo", "956"],
      ["Waco", "254"],
    ],
    agents: ["Claims intake", "Towing", "Spanish dispatch"],
  },
};

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
const uuid = (roll: Roll): string =>
  `${hex(roll, 8)}-${hex(roll, 4)}-4${hex(roll, 3)}-9${hex(roll, 3)}-${hex(roll, 12)}`;

const newId: Readonly<Record<VendorId, (roll: Roll, kind: "agent" | "number") => string>> = {
  dialnexa: (roll, kind) => `${kind === "agent" ? "agt" : "phn"}_${letters(roll, 12)}`,
  oneinbox: (roll) => uuid(roll),
  speechify: (roll, kind) => `${kind === "agent" ? "agent" : "phone"}_01K4${letters(roll, 22).toUpperCase()}`,
  cartesia: (roll, kind) => `${kind === "agent" ? "agent" : "pn"}_${letters(roll, 8)}`,
};

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
export function believableAccount(vendor: VendorId, wish: DemoAccountOptions): AccountSeed {
  const { lines, places, agents: titles } = themes[vendor];
  const roll = dice(wish.seed);
  const start: Omit<AccountSeed, "key"> = wish.withDemo ? demoAccount(vendor) : { agents: [], numbers: [] };
  const agents: AgentSeed[] = [
    ...start.agents,
    ...titles.map((name) => ({ id: newId[vendor](roll, "agent"), name })),
  ];
  const answering = agents.filter(({ bindable }) => bindable !== false);
  const numbers: NumberSeed[] = [...start.numbers];
  const taken = new Set(numbers.map(({ e164 }) => e164));
  for (let at = 0; numbers.length < wish.numbers && at < 500; at += 1) {
    const [place, area] = places[at % places.length] ?? ["", "212"];
    const round = Math.floor(at / places.length);
    const line = lines[round % lines.length] ?? "Line";
    const again = Math.floor(round / lines.length);
    const digits = ((wish.firstDigits ?? 0) + round * 37 + (at % places.length) * 11) % 100;
    const e164 = `+1${area}55501${String(digits).padStart(2, "0")}`;
    if (taken.has(e164)) continue;
    taken.add(e164);
    const name = `${wish.prefix ?? ""}${line} ${place}${again > 0 ? ` ${again + 1}` : ""}`;
    numbers.push({
      id: newId[vendor](roll, "number"),
      e164,
      name: roll(14) === 0 ? null : name,
      agentId: roll(17) === 0 ? null : (answering[roll(answering.length)]?.id ?? null),
    });
  }
  return { ...start, key: wish.key, agents, numbers };
}
