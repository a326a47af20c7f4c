import type { AccountSeed } from "./types.ts";

const uuid = (last: number): string => `5f0c6b1e-3a52-4d7e-9c41-${String(last).padStart(12, "0")}`;
const crockford = (kind: string, last: string): string =>
  `${kind}_01K4VX8D3N7T2QHMZ6R9YB${last.padStart(4, "0")}`;

export const dialnexaDemo: AccountSeed = {
  key: "dn_demo_key",
  agents: [
    { id: "agt_k7m2nq9xw4p8", name: "Front desk" },
    { id: "agt_b3t6vz1rd8hc", name: "Night desk" },
    { id: "agt_w9x4jf7ls2gn", name: "Holding message" },
    { id: "agt_q5y8cp3ek6mv", name: "Spring campaign (draft)", bindable: false },
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
};

export const oneinboxDemo: AccountSeed = {
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
};

export const speechifyDemo: AccountSeed = {
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
};

export const cartesiaDemo: AccountSeed = {
  key: "sk_car_demo",
  providers: ["ap_9dK2mQx7", "ap_3vT8rLw5"],
  agents: [
    { id: "agent_7hN4pZc2", name: "Dispatch" },
    { id: "agent_5kR9wXd8", name: "Roadside assistance" },
    { id: "agent_2mB6tYf1", name: "Holding message" },
    { id: "agent_8qJ3vLs6", name: "Dispatch (retired)", bindable: false },
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
};
