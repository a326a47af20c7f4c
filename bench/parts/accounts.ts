import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import type { PhoneNumber } from "../../src/domain/numbers/phone-number.ts";
import { demoAccount, recordOf, type AccountSeed } from "../../src/sandbox/vendors/index.ts";
import { vendors } from "../../src/vendors/index.ts";

const places = [
  "Boston",
  "Austin",
  "Denver",
  "Leeds",
  "Lyon",
  "Porto",
  "Seattle",
  "Toronto",
  "Ulm",
  "Zürich",
];
const desks = ["support", "sales", "billing", "after hours", "clinic", "roadside", "reception", "orders"];
const agentsEach = 200;

/** The key of the only account of a vendor's fake. */
export const keyOf = (vendor: VendorId): string => `bench_${vendor}_key_0123456789abcdef`;

/** Makes names as long as possible and slow to compare, because they contain other characters than plain letters. */
const longEnd = ` – “${"Überlauf (Nacht) ".repeat(10)}”`;

/** An account with that many numbers, the same in every run. */
export function largeAccount(vendor: VendorId, numbers: number, longNames = false): AccountSeed {
  const samples = demoAccount(vendor).numbers;
  const area = samples[0]?.e164.slice(0, 5) ?? "+1212";
  const isIdItsNumber = samples.every(({ id, e164 }) => id === e164);
  return {
    key: keyOf(vendor),
    agents: Array.from({ length: agentsEach }, (_, at) => ({
      id: `${vendor}_agent_${at}`,
      name: agentName(at),
    })),
    numbers: Array.from({ length: numbers }, (_, at) => {
      const e164 = `${area}${String(2_000_000 + at)}`;
      return {
        id: isIdItsNumber ? e164 : `${vendor}_number_${String(at).padStart(8, "0")}`,
        e164,
        name: `${places[at % places.length]} ${desks[at % desks.length]} ${at}${longNames ? longEnd : ""}`,
        agentId: `${vendor}_agent_${at % agentsEach}`,
      };
    }),
  };
}

const agentName = (at: number): string => `${places[at % places.length]} agent ${at}`;

/** The numbers of such an account as they are cached after reading. */
export function asRead(vendor: VendorId, account: AccountSeed): readonly PhoneNumber[] {
  const { numbers, agents } = account;
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  const fields = Object.fromEntries(vendors[vendor].capabilities.fields.map(({ id }) => [id, null]));
  const [first] = numbers;
  const record = first ? recordOf(vendor, account, first) : {};
  const namesAgents = Object.values(record).some(
    (value) => isRecord(value) && [value["id"], value["agent_id"]].includes(first?.agentId),
  );
  const { status } = record;
  const updatedAt = record["updated_at"] ?? record["updatedAt"] ?? record["last_modification_timestamp"];
  return numbers.map(({ id, e164, name, agentId }) => ({
    id,
    e164,
    name,
    agent: agentId ? { id: agentId, ...(namesAgents ? { name: names.get(agentId) } : {}) } : null,
    fields,
    ...(typeof status === "string" ? { status } : {}),
    ...(typeof updatedAt === "string" || typeof updatedAt === "number"
      ? { updatedAtMs: new Date(updatedAt).getTime() }
      : {}),
  }));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
