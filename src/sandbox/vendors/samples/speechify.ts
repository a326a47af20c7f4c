import { step, type VendorSample } from "../sample.ts";

const crockford = (kind: string, last: string): string =>
  `${kind}_01K4VX8D3N7T2QHMZ6R9YB${last.padStart(4, "0")}`;

export const speechifySample: VendorSample = {
  account: {
    key: "sk_demo",
    agents: [
      { id: crockford("agent", "A1"), name: "Concierge" },
      { id: crockford("agent", "A2"), name: "Reservations" },
      { id: crockford("agent", "A3"), name: "Holding message" },
      { id: crockford("agent", "A4"), name: "Concierge (test)" },
    ],
    numbers: [
      {
        id: crockford("phone", "P1"),
        e164: "+13055550111",
        name: "Hotel front",
        agentId: crockford("agent", "A1"),
      },
      {
        id: crockford("phone", "P2"),
        e164: "+13055550138",
        name: "Hotel reservations",
        agentId: crockford("agent", "A2"),
      },
      {
        id: crockford("phone", "P3"),
        e164: "+17865550166",
        name: "Spa",
        agentId: crockford("agent", "A1"),
        extra: { source: "twilio_purchased" },
      },
      {
        id: crockford("phone", "P4"),
        e164: "+17865550190",
        name: "Restaurant",
        agentId: null,
        extra: { source: "livekit", livekit_phone_number_id: "PN_PPsLXRg4cB3e" },
      },
      {
        id: crockford("phone", "P5"),
        e164: "+19545550125",
        name: "Outbound caller ID",
        agentId: null,
        extra: { source: "verified_caller_id" },
      },
      {
        id: crockford("phone", "P6"),
        e164: "+442079460321",
        agentId: crockford("agent", "A2"),
        extra: { source: "byoc", trunk_id: "ST_8sVZ4kQm2WcT" },
      },
    ],
  },
  business: {
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
  walk: [
    step("reassign Hotel front to Reservations because the concierge is looping", "After:", "Reassigned by"),
    step('rename Spa to "Spa and pool"', "After:", "Renamed by"),
    { line: "edit 0111", ready: "no other fields to edit", done: "no other fields to edit", sends: false },
    step("detach Hotel reservations because of maintenance", "After:", "Detached by"),
  ],
  id: (kind, part) => `${kind === "agent" ? "agent" : "phone"}_01K4${part(22).toUpperCase()}`,
  listPath: "/v1/agents/phone-numbers",
  secondPage: ({ cursor }) => `cursor=${cursor}`,
};
