import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { uuid } from "../support/fixtures.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** How a vendor stores its main number in the demo account. */
export interface Words {
  readonly vendor: VendorId;
  /** The number as a person types it. */
  readonly number: string;
  readonly numberId: string;
  readonly nameField: string;
  readonly agent: { readonly name: string; readonly id: string };
  /** What changes at the vendor if somebody chooses a third agent there. */
  readonly otherAgent: Fields;
}
const speechifyId = (kind: string, last: string): string => `${kind}_01K4VX8D3N7T2QHMZ6R9YB00${last}`;

export const dialnexa: Words = {
  vendor: "dialnexa",
  number: "0147",
  numberId: "phn_c4n8rt2vy6jd",
  nameField: "nickname",
  agent: { name: "Night desk", id: "agt_b3t6vz1rd8hc" },
  otherAgent: { agent_id: "agt_w9x4jf7ls2gn" },
};

const oneinbox: Words = {
  vendor: "oneinbox",
  number: "0104",
  numberId: uuid(101),
  nameField: "friendly_name",
  agent: { name: "Appointments", id: uuid(2) },
  otherAgent: { agent_id: uuid(3) },
};

/** A number whose override decides who answers. */
export const override: Words = {
  ...oneinbox,
  number: '"After hours"',
  numberId: uuid(103),
  otherAgent: { inbound_routing: { agent_id: uuid(3) } },
};

const speechify: Words = {
  vendor: "speechify",
  number: "0111",
  numberId: speechifyId("phone", "P1"),
  nameField: "label",
  agent: { name: "Reservations", id: speechifyId("agent", "A2") },
  otherAgent: { agent_id: speechifyId("agent", "A3") },
};

export const cartesia: Words = {
  vendor: "cartesia",
  number: "0152",
  numberId: "pn_B6d1Vz5H",
  nameField: "label",
  agent: { name: "Dispatch", id: "agent_7hN4pZc2" },
  otherAgent: { agent: { id: "agent_2mB6tYf1" } },
};

const elevenlabs: Words = {
  vendor: "elevenlabs",
  number: "0105",
  numberId: "phnum_8101k3north2vxq",
  nameField: "label",
  agent: { name: "Meter desk", id: "agent_7702k4meter5q9v" },
  otherAgent: { assigned_agent: { agent_id: "agent_1903k2holds6w4t" } },
};

/** A number with an environment, which it shows only while it has an agent. */
export const readings: Words = { ...elevenlabs, number: "0154", numberId: "phnum_8103k3reads4kbw" };

const vapiId = (last: number): string => `8b2e4c70-91d3-4f6a-b5c8-${String(last).padStart(12, "0")}`;

const vapi: Words = {
  vendor: "vapi",
  number: "0106",
  numberId: vapiId(101),
  nameField: "name",
  agent: { name: "Group sales", id: vapiId(2) },
  otherAgent: { assistantId: vapiId(3) },
};

export const retell: Words = {
  vendor: "retell",
  number: "0145",
  numberId: "+17865550145",
  nameField: "nickname",
  agent: { name: "Spanish concierge", id: "agent_8e25d7b3f1609ac4" },
  otherAgent: { inbound_agents: [{ agent_id: "agent_d30b96e8147fa25c", weight: 1 }] },
};

/** A number with two agents. */
export const shared: Words = { ...retell, number: '"Beach house"', numberId: "+13055550114" };

/** The words of every vendor. */
export const vendorWords: readonly Words[] = [
  dialnexa,
  oneinbox,
  speechify,
  cartesia,
  elevenlabs,
  retell,
  vapi,
];
