import { step, type VendorSample } from "../sample.ts";

const uuid = (last: number): string => `8b2e4c70-91d3-4f6a-b5c8-${String(last).padStart(12, "0")}`;

export const vapiSample: VendorSample = {
  account: {
    key: "vapi_demo_key",
    agents: [
      { id: uuid(1), name: "Box office" },
      { id: uuid(2), name: "Group sales" },
      { id: uuid(3), name: "Holding message" },
      { id: `squad:${uuid(4)}`, name: "Premiere squad" },
    ],
    numbers: [
      { id: uuid(101), e164: "+16025550106", name: "Cinema tickets", agentId: uuid(1) },
      { id: uuid(102), e164: "+16025550129", name: "Group tickets", agentId: uuid(2) },
      { id: uuid(103), e164: "+14805550157", name: "Premieres", agentId: `squad:${uuid(4)}` },
      {
        id: uuid(104),
        e164: "+14805550188",
        name: "Gift cards",
        agentId: null,
        extra: { server: { url: "https://cards.example.com/vapi" } },
      },
      {
        id: uuid(105),
        e164: "sip:lobby@sip.vapi.ai",
        name: "Lobby phone",
        agentId: uuid(1),
        extra: { provider: "vapi" },
      },
      {
        id: uuid(106),
        e164: "+15205550173",
        name: null,
        agentId: uuid(2),
        extra: { status: "activating" },
      },
    ],
  },
  business: {
    lines: ["Tickets", "Group tickets", "Gift cards", "Film club", "Lost property", "Accessibility"],
    places: [
      ["Tempe", "480"],
      ["Phoenix", "602"],
      ["Tucson", "520"],
      ["Yuma", "928"],
      ["Mesa", "623"],
    ],
    agents: ["Film club", "Lost property", "Spanish box office"],
  },
  walk: [
    step("reassign Premieres to Box office because the squad hangs up", "After:", "Reassigned by"),
    step('rename 0129 to "Group bookings"', "After:", "Renamed by"),
    { line: "edit 0106", ready: "no other fields to edit", done: "no other fields to edit", sends: false },
    step("detach Lobby phone because the film has begun", "After:", "Detached by"),
  ],
  id: (_, part) =>
    `${part(8, "hex")}-${part(4, "hex")}-4${part(3, "hex")}-9${part(3, "hex")}-${part(12, "hex")}`,
  listPath: "/v2/phone-number",
  secondPage: () => "page=2",
};
