import { step, type VendorSample } from "../sample.ts";

export const dialnexaSample: VendorSample = {
  account: {
    key: "dn_demo_key",
    agents: [
      { id: "agt_k7m2nq9xw4p8", name: "Front desk" },
      { id: "agt_b3t6vz1rd8hc", name: "Night desk" },
      { id: "agt_w9x4jf7ls2gn", name: "Holding message" },
      { id: "agt_q5y8cp3ek6mv", name: "Spring campaign (draft)", assignable: false },
    ],
    numbers: [
      {
        id: "phn_f7w2kx5mb9qz",
        e164: "+14155550132",
        name: "Support main",
        agentId: "agt_k7m2nq9xw4p8",
        extra: { label: "CC-4100" },
      },
      { id: "phn_c4n8rt2vy6jd", e164: "+14155550147", name: "Support overflow", agentId: "agt_k7m2nq9xw4p8" },
      { id: "phn_z1h5gs9pl3xb", e164: "+12125550163", name: "Sales New York", agentId: "agt_b3t6vz1rd8hc" },
      {
        id: "phn_m6q3wd8ka7tf",
        e164: "+442079460958",
        name: "London office",
        agentId: "agt_k7m2nq9xw4p8",
        extra: { variant: "inbound", country_code: "GB" },
      },
      { id: "phn_v2j9bn4re5yc", e164: "+13125550178", name: "Billing", agentId: null },
      { id: "phn_x8p1tk6hz2ws", e164: "+12065550119", name: null, agentId: "agt_w9x4jf7ls2gn" },
    ],
  },
  business: {
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
  walk: [
    step(
      "reassign 0132 to Night desk because the front desk agent talks nonsense",
      "After:",
      "Reassigned by",
    ),
    step('rename Sales New York to "Sales NYC"', "After:", "Renamed by"),
    step("edit 0132", "Label", "Edited by", ["Label", "CC-4200"]),
    step("detach London office because the agent loops", "After:", "Detached by"),
  ],
  id: (kind, part) => `${kind === "agent" ? "agt" : "phn"}_${part(12)}`,
  listPath: "/v1/organization-phone-numbers",
  secondPage: () => "page=2",
};
