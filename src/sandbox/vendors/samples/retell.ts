import { step, type VendorSample } from "../sample.ts";

const [concierge, spanish, holding] = [
  "agent_4c1f0a9be27d5836",
  "agent_8e25d7b3f1609ac4",
  "agent_d30b96e8147fa25c",
];

export const retellSample: VendorSample = {
  account: {
    key: "key_demo",
    agents: [
      { id: concierge, name: "Concierge", extra: { version: 3, tags: ["prod"] } },
      { id: spanish, name: "Spanish concierge", extra: { version: 1 } },
      { id: holding, name: "Holding message", extra: { version: 0 } },
      { id: "agent_71a9c5e03d4b86f2", name: "Tour bookings", extra: { version: 0 } },
    ],
    numbers: [
      {
        id: "+13055550114",
        e164: "+13055550114",
        name: "Beach house",
        agentId: concierge,
        extra: {
          inbound_agents: [
            { agent_id: concierge, agent_version: "prod", weight: 0.7 },
            { agent_id: spanish, weight: 0.3 },
          ],
          fallback_number: "+13055550199",
        },
      },
      {
        id: "+13055550127",
        e164: "+13055550127",
        name: "Members desk",
        agentId: concierge,
        extra: { inbound_agents: [{ agent_id: concierge, agent_version: "prod", weight: 1 }] },
      },
      {
        id: "+17865550131",
        e164: "+17865550131",
        name: "Marina",
        agentId: spanish,
        extra: { inbound_webhook_url: "https://hooks.marina.example/retell?token=not-for-slack" },
      },
      { id: "+17865550145", e164: "+17865550145", name: "Spa and gym", agentId: concierge },
      { id: "+19545550162", e164: "+19545550162", name: "Lost and found", agentId: null },
      { id: "+19545550184", e164: "+19545550184", name: null, agentId: holding },
    ],
  },
  business: {
    lines: ["Front office", "Valet", "Marina", "Pool bar", "Tours", "Housekeeping"],
    places: [
      ["Sarasota", "941"],
      ["Pensacola", "850"],
      ["Jacksonville", "904"],
      ["Daytona Beach", "386"],
      ["Ocala", "352"],
    ],
    agents: ["Club desk", "Valet", "French concierge"],
  },
  walk: [
    step(
      'reassign "Beach house" to Holding message because the Spanish one hangs up',
      "After:",
      "Reassigned by",
    ),
    step('rename 0145 to "Spa"', "After:", "Renamed by"),
    step("edit 0114", "Fallback number", "Edited by", ["Fallback number", "+13055550188"]),
    step("detach Members desk because callers hear silence", "After:", "Detached by"),
  ],
  id: (kind, part, e164) => (kind === "number" ? (e164 ?? "") : `agent_${part(16, "hex")}`),
  listPath: "/v2/list-phone-numbers",
  secondPage: ({ limit, lastId }) => `limit=${limit}&pagination_key=${encodeURIComponent(lastId)}`,
};
