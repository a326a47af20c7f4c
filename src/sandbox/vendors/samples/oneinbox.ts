import { step, type VendorSample } from "../sample.ts";

const uuid = (last: number): string => `5f0c6b1e-3a52-4d7e-9c41-${String(last).padStart(12, "0")}`;

export const oneinboxSample: VendorSample = {
  account: {
    key: "oi_sk_demo",
    agents: [
      { id: uuid(1), name: "Reception" },
      { id: uuid(2), name: "Appointments" },
      { id: uuid(3), name: "Holding message" },
      { id: uuid(4), name: "Emergency line" },
    ],
    numbers: [
      { id: uuid(101), e164: "+16175550104", name: "Clinic main", agentId: uuid(1) },
      { id: uuid(102), e164: "+16175550126", name: "Clinic appointments", agentId: uuid(2) },
      {
        id: uuid(103),
        e164: "+16175550181",
        name: "After hours",
        agentId: uuid(1),
        extra: {
          inbound_routing: {
            agent_id: uuid(4),
            fallback: { agent_id: uuid(3) },
            voicemail_message: "We are closed. Please leave your name and number.",
          },
        },
      },
      {
        id: uuid(104),
        e164: "+18575550143",
        name: "Pharmacy",
        agentId: uuid(2),
        extra: { status: "inactive" },
      },
      { id: uuid(105), e164: "+18575550159", name: "Billing", agentId: null },
      { id: uuid(106), e164: "+15085550172", name: null, agentId: uuid(1) },
    ],
  },
  business: {
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
  walk: [
    step(
      'reassign "After hours" to Appointments because the emergency agent is down',
      "After:",
      "Reassigned by",
    ),
    step('rename 0126 to "Appointments"', "After:", "Renamed by"),
    step("edit After hours", "Voicemail message", "Edited by", [
      "Voicemail message",
      "We call you back at eight.",
    ]),
    step("detach Clinic main because callers hear silence", "After:", "Detached by"),
  ],
  id: (_, part) =>
    `${part(8, "hex")}-${part(4, "hex")}-4${part(3, "hex")}-9${part(3, "hex")}-${part(12, "hex")}`,
  listPath: "/v1/phone-numbers",
  secondPage: ({ limit }) => `offset=${limit}`,
};
