import type { WorkspaceSeed } from "../../sandbox/slack/index.ts";
import type { Person, Place, WorkspaceInfo } from "./types.ts";

/** A workspace of the page, for Slack's fake and for display. */
export interface PageWorkspace {
  readonly seed: WorkspaceSeed;
  readonly info: WorkspaceInfo;
}

interface Cast {
  readonly id: string;
  readonly name: string;
  readonly botToken: string;
  readonly mark: string;
  readonly people: readonly (Omit<Person, "foreign" | "sees"> & { readonly sees?: readonly string[] })[];
  readonly places: readonly (Place & { readonly botIsMember?: boolean })[];
  readonly userGroups?: WorkspaceSeed["userGroups"];
}

const firstId = "T0PATCH01";

const casts: readonly Cast[] = [
  {
    id: firstId,
    name: "Harbour Health",
    botToken: "xoxb-demo-0123456789-first",
    mark: "0001",
    people: [
      { id: "U0ADMIN01", name: "Ada Lindqvist", role: "admin" },
      { id: "U0OPER001", name: "Omar Haddad", role: "operator" },
      { id: "U0GUEST01", name: "Gus Moreau", role: "guest", sees: ["C0INCID01", "C0VOICE01"] },
      { id: "U0ELSE001", name: "Eve Tanaka", role: "another organization", sees: ["C0INCID01"] },
    ],
    places: [
      {
        id: "C0INCID01",
        name: "incidents",
        kind: "channel",
        topic: "What is on fire, and who holds the hose",
        botIsMember: true,
      },
      {
        id: "C0VOICE01",
        name: "voice-ops",
        kind: "channel",
        topic: "Numbers, agents and the people who look after them",
        botIsMember: true,
      },
      {
        id: "D0ADAOMAR",
        name: "",
        kind: "direct",
        topic: "",
        between: ["U0ADMIN01", "U0OPER001"],
      },
      { id: "D0OMARGUS", name: "", kind: "direct", topic: "", between: ["U0OPER001", "U0GUEST01"] },
    ],
    userGroups: [
      { id: "S0ONCALL1", name: "On call", handle: "oncall", users: ["U0OPER001"] },
      { id: "S0DUTY001", name: "Duty managers", handle: "duty", users: ["U0ADMIN01"] },
    ],
  },
  {
    id: "T0NORD001",
    name: "Nordlicht Logistics",
    botToken: "xoxb-demo-9876543210-second",
    mark: "0002",
    people: [
      { id: "U0NORA001", name: "Nora Vik", role: "admin" },
      { id: "U0LARS001", name: "Lars Holm", role: "operator" },
    ],
    places: [
      {
        id: "C0NINCI01",
        name: "incidents",
        kind: "channel",
        topic: "Trucks, routes, phones",
        botIsMember: true,
      },
      { id: "C0NVOIC01", name: "voice-ops", kind: "channel", topic: "The dispatch lines", botIsMember: true },
      { id: "D0NORALAR", name: "", kind: "direct", topic: "", between: ["U0NORA001", "U0LARS001"] },
    ],
  },
];

const elsewhere = "T0ELSE001";

/** The workspaces of the page: a busy one with every kind of person, and a second one that knows nothing about it. */
export const pageWorkspaces: readonly PageWorkspace[] = casts.map((cast) => {
  const people = cast.people.map((person): Person => {
    const own = cast.places.filter(({ between }) => between === undefined || between.includes(person.id));
    const allowed = person.sees;
    return {
      ...person,
      foreign: person.role === "another organization",
      sees: own
        .filter(({ id, kind }) => kind === "direct" || allowed === undefined || allowed.includes(id))
        .map(({ id }) => id),
    };
  });
  return {
    seed: {
      teamId: cast.id,
      name: cast.name,
      botToken: cast.botToken,
      botUserId: `U0BOT${cast.mark}`,
      botId: `B0BOT${cast.mark}`,
      ...(cast.userGroups ? { userGroups: cast.userGroups } : {}),
      users: people.map(({ id, name, role, foreign }) => ({
        id,
        name,
        ...(role === "admin" ? { isAdmin: true } : {}),
        ...(role === "guest" ? { isRestricted: true } : {}),
        ...(foreign ? { teamId: elsewhere } : {}),
      })),
      channels: cast.places.map(({ id, name, between, botIsMember }) => ({
        id,
        name: between ? "directmessage" : name,
        ...(between?.length === 2 ? { isPrivate: true, between: [between[0] ?? "", between[1] ?? ""] } : {}),
        ...(botIsMember ? { botIsMember } : {}),
      })),
    },
    info: {
      id: cast.id,
      name: cast.name,
      botUserId: `U0BOT${cast.mark}`,
      people,
      places: cast.places.map(({ id, name, kind, topic, between }) => ({
        id,
        name,
        kind,
        topic,
        ...(between ? { between } : {}),
      })),
    },
  };
});
