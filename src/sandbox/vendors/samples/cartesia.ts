import { step, type VendorSample } from "../sample.ts";

export const cartesiaSample: VendorSample = {
  account: {
    key: "sk_car_demo",
    providers: ["ap_9dK2mQx7", "ap_3vT8rLw5"],
    agents: [
      { id: "agent_7hN4pZc2", name: "Dispatch" },
      { id: "agent_5kR9wXd8", name: "Roadside assistance" },
      { id: "agent_2mB6tYf1", name: "Holding message" },
      { id: "agent_8qJ3vLs6", name: "Dispatch (retired)", assignable: false },
    ],
    numbers: [
      {
        id: "ap_M4x8Kp2R",
        e164: "+15125550107",
        name: "Dispatch north",
        agentId: "agent_7hN4pZc2",
        extra: { provider: "ap_9dK2mQx7" },
      },
      {
        id: "ap_T7c3Wn9Q",
        e164: "+15125550134",
        name: "Dispatch south",
        agentId: "agent_7hN4pZc2",
        extra: { provider: "ap_9dK2mQx7", held_by: ["ap_9dK2mQx7"] },
      },
      {
        id: "pn_B6d1Vz5H",
        e164: "+12145550152",
        name: "Roadside",
        agentId: "agent_5kR9wXd8",
        extra: { provider: "ap_3vT8rLw5" },
      },
      {
        id: "pn_F9g2Js8L",
        e164: "+17135550169",
        name: "Claims",
        agentId: null,
        extra: { provider: "ap_3vT8rLw5" },
      },
      { id: "pn_H3k7Ry4N", e164: "+12105550186", name: "Fleet desk", agentId: "agent_5kR9wXd8" },
      { id: "pn_W5q1Cm6D", e164: "+18175550141", name: null, agentId: "agent_2mB6tYf1" },
    ],
  },
  business: {
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
  walk: [
    step(
      "reassign Roadside to Dispatch because roadside assistance does not answer",
      "After:",
      "Reassigned by",
    ),
    step('rename 0186 to "Fleet"', "After:", "Renamed by"),
    step("edit 0152", "Provider", "Edited by", ["Provider", "ap_9dK2mQx7"]),
    step("detach Dispatch south because it is closed", "After:", "Detached by"),
  ],
  id: (kind, part) => `${kind === "agent" ? "agent" : "pn"}_${part(8)}`,
  listPath: "/agents/phone-numbers",
  secondPage: ({ lastId }) => `starting_after=${lastId}`,
};
