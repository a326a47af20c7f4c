import { step, type VendorSample } from "../sample.ts";

export const elevenlabsSample: VendorSample = {
  account: {
    key: "sk_el_demo",
    agents: [
      {
        id: "agent_3401k7storm8x2m",
        name: "Storm desk",
        extra: { branches: ["agtbrch_6201k9winter"] },
      },
      { id: "agent_7702k4meter5q9v", name: "Meter desk" },
      { id: "agent_1903k2holds6w4t", name: "Holding message" },
      { id: "agent_5504k8tarif3z7n", name: "Tariff advice (old)", assignable: false },
    ],
    numbers: [
      {
        id: "phnum_8101k3north2vxq",
        e164: "+15035550105",
        name: "Outages north",
        agentId: "agent_3401k7storm8x2m",
      },
      {
        id: "phnum_8102k3south9mzt",
        e164: "+15035550128",
        name: "Outages south",
        agentId: "agent_3401k7storm8x2m",
        extra: { branch_id: "agtbrch_6201k9winter" },
      },
      {
        id: "phnum_8103k3reads4kbw",
        e164: "+19715550154",
        name: "Meter readings",
        agentId: "agent_7702k4meter5q9v",
        extra: { environment: "production" },
      },
      { id: "phnum_8104k3moves7hcd", e164: "+19715550183", name: "Moving house", agentId: null },
      {
        id: "phnum_8105k3solar1rfg",
        e164: "+15415550117",
        name: "Solar desk",
        agentId: "agent_7702k4meter5q9v",
        extra: { provider: "sip_trunk" },
      },
      {
        id: "phnum_8106k3spare5jln",
        e164: "+14585550193",
        name: null,
        agentId: "agent_1903k2holds6w4t",
      },
    ],
  },
  business: {
    lines: ["Outages", "Meter readings", "Moving house", "Solar desk", "Gas leaks", "Payments"],
    places: [
      ["Spokane", "509"],
      ["Eugene", "541"],
      ["Bend", "458"],
      ["Astoria", "971"],
      ["Boise", "208"],
    ],
    agents: ["Payment plans", "Gas emergencies", "Spanish storm desk"],
  },
  walk: [
    step(
      "reassign Outages south to Meter desk because the storm desk invents restore times",
      "After:",
      "Reassigned by",
    ),
    step('rename 0154 to "Meter line"', "After:", "Renamed by"),
    step("edit 0105", "Environment", "Edited by", ["Environment", "staging"]),
    step("detach Solar desk because the trunk is down", "After:", "Detached by"),
  ],
  id: (kind, part) => `${kind === "agent" ? "agent" : "phnum"}_${part(16)}`,
  listPath: "/v1/convai/v2/phone-numbers",
  pageSize: "page_size",
  secondPage: ({ cursor }) => `cursor=${cursor}`,
};
