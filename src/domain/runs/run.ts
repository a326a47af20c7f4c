import { z } from "zod";
import { pause } from "./pause.ts";
import { requester } from "../notifications/reply-target.ts";
import { formatActor, isSamePerson, parseActor, personOf, type Actor } from "../shared/actor.ts";
import type { ResultStep } from "./run-step.ts";
import { stopLimits } from "./stop-rule.ts";

/**
 * What a run does: it reverts an incident, switches the numbers of a plan, switches only the first tier for practice,
 * takes the changes of another run back, or makes numbers what a file of routes says.
 */
export const runKinds = ["revert", "failover", "practice", "back", "routes"] as const;
export type RunKind = (typeof runKinds)[number];

/**
 * `shown`: not confirmed yet. `running`: maybe in another process. `paused`: waits for a decision. `held`: everything is
 * switched, until it is taken back. `stopped`: what was not done stays as it is. `done`: nothing is left to do.
 */
export type RunState = "shown" | "running" | "paused" | "held" | "stopped" | "done";

/** Who requested a run and where, so that a later process can continue it and report. */
export const runRequester = requester.partial({ userId: true }).extend({
  /** The actor, as `formatActor` writes it, if not the person in Slack. Without `userId`, it acts for nobody there. */
  actor: z.string().optional(),
  /** Whether it began by itself, at the end of a failover, and no person has continued it. */
  isAutomatic: z.boolean().optional(),
});
export type RunRequester = Readonly<z.infer<typeof runRequester>>;

/** In whose name the changes of a run are made. */
export function requesterActor({ userId, actor }: RunRequester, workspaceId: string): Actor {
  return actor === undefined ? { kind: "user", userId: userId ?? "", workspaceId } : parseActor(actor);
}

/** Who asks for a run. */
export function requesterOf(actor: Actor): RunRequester {
  const userId = personOf(actor);
  return actor.kind === "user" ? { userId } : { userId, actor: formatActor(actor) };
}

/** The person, or the shell or token, as one word. */
export function requesterName({ userId, actor = "" }: RunRequester): string {
  return userId ?? actor;
}

export function isSameRequester(one: RunRequester, other: RunRequester): boolean {
  return isSamePerson(requesterActor(one, ""), requesterActor(other, ""));
}

/** Who wants the routes of a file, for people: a pipeline, and the commit that it works for. */
export const runSource = z.object({ name: z.string(), commit: z.string().optional() });
export type RunSource = Readonly<z.infer<typeof runSource>>;

/** How a run proceeds; stored when it is shown. */
export const runTerms = z.object({
  reason: z.string().optional(),
  /** The plan's revision that was shown, its title, and the owner to mention. */
  plan: z
    .object({
      slug: z.string(),
      revision: z.number().int(),
      title: z.string(),
      owner: z.string().optional(),
    })
    .optional(),
  source: runSource.optional(),
  /** The tiers in their order, and whether the run waits for a first call after one, and somebody has to continue. */
  tiers: z.array(
    z.object({
      name: z.string(),
      askBeforeNext: z.boolean().optional(),
      awaitsFirstCall: z.boolean().optional(),
    }),
  ),
  /** When it pauses by itself; never because of failures, if there are no limits. */
  stop: stopLimits.optional(),
  /** How long it is to hold, and what happens then. */
  forMs: z.number().int().optional(),
  atEnd: z.enum(["remind", "fail_back"]).optional(),
});
export type RunTerms = Readonly<z.infer<typeof runTerms>>;

/** After how long people are reminded of a paused run, in milliseconds. */
export const pausedReminderMs = 60 * 60_000;

/** What was decided about a run while it went on. */
export const runStatus = z.object({
  paused: pause.optional(),
  /** The connections that are paused on their own, and why, as a sentence. */
  connections: z.record(z.string(), z.object({ why: z.string(), code: z.string() })).default({}),
  /** When somebody continued it last, and how often anybody did: only failures since then count. */
  resumedAt: z.string().optional(),
  resumes: z.number().int().default(0),
  /** The last tier after which somebody continued. */
  passedTier: z.number().int().optional(),
  /** The last tier whose new agents were seen to answer. */
  provedTier: z.number().int().optional(),
  /** The change whose first calls are told loudly for the whole run. */
  loudChange: z.string().optional(),
  /** The request that was approved for the run as it was shown. */
  approval: z.string().optional(),
  /** The request with which somebody confirmed it, to which the trace of what continues it refers. */
  requestId: z.string().optional(),
  /** It ended because what its fail-back had left was found to be put back, or never switched. */
  isFoundReturned: z.literal(true).optional(),
});
export type RunStatus = Readonly<z.infer<typeof runStatus>>;

/** A run as it was shown, and its progress. */
export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  readonly state: RunState;
  readonly by: RunRequester;
  /** The incident that it reverts, or belongs to. */
  readonly incident?: string | undefined;
  /** The run that it takes back. */
  readonly returns?: string | undefined;
  readonly terms: RunTerms;
  /** UTC, ISO 8601: when it was shown, confirmed, last made progress, and when it has to end. */
  readonly madeAt: string;
  readonly startedAt?: string | undefined;
  readonly progressAt?: string | undefined;
  readonly endsAt?: string | undefined;
  readonly status: RunStatus;
  /** The steps, in the order in which they are shown. */
  readonly steps: readonly ResultStep[];
}

/** A run that is shown for confirmation. */
export type NewRun = Pick<Run, "id" | "kind" | "by" | "incident" | "returns" | "steps"> & {
  readonly terms?: RunTerms | undefined;
};

/** The terms of an incident's revert: everything at once, and failures are only reported. */
export const revertTerms: RunTerms = { tiers: [{ name: "all" }] };

/** How a run is called in a sentence. */
export function runTitle(run: Pick<Run, "kind" | "incident" | "terms">): string {
  const { plan } = run.terms;
  switch (run.kind) {
    case "revert":
      return `the revert of ${run.incident ?? "an incident"}`;
    case "failover":
      return `failover ${plan?.slug ?? ""}`;
    case "practice":
      return `the practice of ${plan?.slug ?? ""}`;
    case "back":
      return `the fail-back of ${plan?.slug ?? ""}`;
    case "routes":
      return `the routes run of ${sourceText(run.terms.source)}`;
  }
}

const nouns: Readonly<Record<RunKind, string>> = {
  revert: "revert",
  failover: "failover",
  practice: "failover",
  back: "fail-back",
  routes: "routes run",
};

/** What a run is, in a word or two. */
export function runNoun(kind: RunKind): string {
  return nouns[kind];
}

/** Who wants something, and for which commit: `CI (commit 4fT9sKx2)`. */
export function sourceText({ name, commit }: RunSource = { name: "a file" }): string {
  return commit === undefined ? name : `${name} (commit ${shortCommit(commit)})`;
}

/** What a pipeline proposes, as a sentence without a full stop: `CI wants 4 changes, from commit 4fT9sKx2`. */
export function proposalText({ name, commit }: RunSource = { name: "a file" }, changes: number): string {
  const from = commit === undefined ? "" : `, from commit ${shortCommit(commit)}`;
  return `${name} wants ${changes} change${changes === 1 ? "" : "s"}${from}`;
}

const shortCommit = (commit: string): string => commit.slice(0, 12);
