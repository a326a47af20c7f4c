// The demo's workspace, people, channels, numbers and agents, as tests name them.
export const teamId = "T0PATCH01";
export const admin = "U0ADMIN01";
export const operator = "U0OPER001";
export const guest = "U0GUEST01";
/** The only channel that the bot belongs to. */
export const voiceOps = "C0VOICE01";
export const incidents = "C0INCID01";
/** A channel that a test adds for announcements. */
export const announcements = "C0ANNOUNC";

/** Cartesia's number “Roadside” and the agents of that account. */
export const roadside = "pn_B6d1Vz5H";
export const assistance = "agent_5kR9wXd8";
export const dispatch = "agent_7hN4pZc2";
export const holding = "agent_2mB6tYf1";
/** An id of OneInbox's demo account. */
export const uuid = (last: number): string => `5f0c6b1e-3a52-4d7e-9c41-${String(last).padStart(12, "0")}`;

export const reassignLine = "reassign Roadside to Dispatch because it talks nonsense";

export const cli = { kind: "cli", osUser: "test" } as const;
/** Operators of a workspace in which nobody is one. */
export const nobody = { slackAdmins: false, members: false, people: [], groups: [] };

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** Longer than a change with an unknown outcome waits before what the vendor shows is taken as the truth. */
export const overAnHour = 61 * minute;

/** How long `vi.waitFor` waits for what takes its time on a busy machine; a second unless told. */
export const patient = { timeout: 15_000, interval: 10 };
