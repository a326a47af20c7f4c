import type { VendorId } from "../../src/domain/vendor.ts";
import type { PhoneNumber } from "../../src/domain/phone-number.ts";
import type { AccountSeed } from "../../src/sandbox/vendors/index.ts";

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
const areas: Record<VendorId, string> = {
  dialnexa: "+1415",
  oneinbox: "+1617",
  speechify: "+1512",
  cartesia: "+1206",
};
const agentsEach = 200;

/** The key of the only account of a vendor's fake. */
export const keyOf = (vendor: VendorId): string => `bench_${vendor}_key_0123456789abcdef`;

/** Makes names as long as possible and slow to compare, because they contain other characters than plain letters. */
const longEnd = ` – “${"Überlauf (Nacht) ".repeat(10)}”`;

/** An account with that many numbers, the same in every run. */
export function largeAccount(vendor: VendorId, numbers: number, longNames = false): AccountSeed {
  return {
    key: keyOf(vendor),
    agents: Array.from({ length: agentsEach }, (_, at) => ({
      id: `${vendor}_agent_${at}`,
      name: agentName(at),
    })),
    numbers: Array.from({ length: numbers }, (_, at) => ({
      id: `${vendor}_number_${String(at).padStart(8, "0")}`,
      e164: `${areas[vendor]}${String(2_000_000 + at)}`,
      name: `${places[at % places.length]} ${desks[at % desks.length]} ${at}${longNames ? longEnd : ""}`,
      agentId: `${vendor}_agent_${at % agentsEach}`,
    })),
  };
}

const agentName = (at: number): string => `${places[at % places.length]} agent ${at}`;

/** The other fields that a vendor adapter reads of such a number. */
const readBeside: Record<VendorId, Pick<PhoneNumber, "fields" | "status">> = {
  dialnexa: { fields: { label: null }, status: "active" },
  oneinbox: { fields: { fallback: null, voicemail_message: null }, status: "active" },
  speechify: { fields: {} },
  cartesia: { fields: { provider: null } },
};

/** The numbers of such an account as they are cached after reading. */
export function asRead(vendor: VendorId, { numbers, agents }: AccountSeed): readonly PhoneNumber[] {
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  return numbers.map(({ id, e164, name, agentId }) => ({
    id,
    e164,
    name,
    agent: agentId ? { id: agentId, ...(vendor === "cartesia" ? { name: names.get(agentId) } : {}) } : null,
    ...readBeside[vendor],
  }));
}
