import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import type { Invariant } from "../story.ts";
import { isRepeat, type Seen } from "./try-case.ts";

interface SeenEntries {
  readonly entries: readonly AuditEntry[];
}

/** The entries of changes that were sent, or were to be sent. */
export const requested = ({ entries }: SeenEntries) =>
  entries.filter(({ kind }) => kind === "change.requested");
/** The outcomes of one change, in the order in which they were recorded. */
export const outcomesOf = ({ entries }: SeenEntries, changeId: string | undefined) =>
  entries.flatMap((entry) =>
    entry.kind === "change.outcome" && entry.changeId === changeId ? [entry.outcome] : [],
  );

export const everyUpdateRecorded: Invariant<SeenEntries & { readonly patches: readonly unknown[] }> = {
  name: "every update is recorded as a change of its own",
  broken: (seen) =>
    seen.patches.length !== requested(seen).length &&
    `${seen.patches.length} updates, ${requested(seen).length} records`,
};

export const oneFinalOutcome: Invariant<SeenEntries> = {
  name: "each change has one final outcome",
  broken: (seen) =>
    requested(seen)
      .map(({ changeId }) => outcomesOf(seen, changeId))
      .filter((all) => all.at(-1) === "unknown" || all.filter((each) => each !== "unknown").length !== 1)
      .map((all) => all.join(" "))
      .join("; "),
};

export const noSecretLeaves: Invariant<{ readonly everything: string }> = {
  name: "no secret leaves the app or reaches its log",
  broken: ({ everything }, secrets) =>
    secrets.some((secret) => everything.includes(secret)) && "a secret was found",
};

const outcomes = ({ entries }: Seen) =>
  entries.flatMap(({ kind, outcome }) => (kind === "change.outcome" && outcome ? [outcome] : []));
const refusals = ({ entries }: Seen) =>
  entries.filter((entry) => entry.kind === "change.refused" && !isRepeat(entry));

/** What the person must read, by outcome. */
const words = {
  applied: /(?:Reassigned|Detached|Renamed|Edited) by|It took effect/u,
  refused: /Couldn't (?:reassign|detach|rename|edit)|It did not take effect/u,
  unknown: /Unknown whether|\*?Unknown\*? whether it took effect/u,
} as const;

/**
 * News of an older change goes into its form first, which is closed by then; and last words that are drawn once more are
 * drawn only over the version that they were, which news may have replaced.
 */
const isGoneForm = (method: string, error: string | undefined): boolean =>
  method === "views.update" && (error === "not_found" || error === "hash_conflict");

/** What must hold after each try. */
export const invariants: readonly Invariant<Seen>[] = [
  {
    name: "sends at most one write for a request, and none without a request",
    broken: ({ patches, submission }) =>
      patches.length > (submission ? 1 : 0) && `${patches.length} updates were sent`,
  },
  {
    name: "a newer change is never overwritten",
    broken: ({ newerBefore, patches }) => newerBefore && patches.length > 0 && "an update was sent",
  },
  {
    name: "a write is recorded before it is sent",
    broken: (seen) => {
      const [record] = requested(seen);
      const unrecorded = seen.patches.length > 0 && !record;
      return unrecorded && "an update was sent without a record";
    },
  },
  {
    name: "a request has one record or one refusal",
    broken: (seen) => {
      const count = requested(seen).length + refusals(seen).length;
      return count !== (seen.submission ? 1 : 0) && `${count} records and refusals`;
    },
  },
  {
    name: "a second delivery of the request is refused",
    broken: ({ submission, entries }) => {
      const repeats = entries.filter(isRepeat).length;
      return submission && repeats !== 1 && `${repeats} refusals of the second delivery`;
    },
  },
  {
    name: "the first outcome matches the vendor, or is unknown",
    broken: (seen) => {
      const [first] = outcomes(seen);
      const truth = seen.done.atFirst ? "applied" : "refused";
      return first && first !== "unknown" && first !== truth && `${first}, and the truth was ${truth}`;
    },
  },
  {
    name: "the last outcome matches the vendor, and is final",
    broken: (seen) => {
      if (requested(seen).length === 0) return false;
      const all = outcomes(seen);
      if (seen.undecidable && all.every((each) => each === "unknown")) return false;
      const truth = seen.done.atLast ? "applied" : "refused";
      const asItIs = all.at(-1) === truth && all.slice(0, -1).every((each) => each === "unknown");
      return (!asItIs || seen.unsettled) && `${all.join(", ") || "none"}, and the truth was ${truth}`;
    },
  },
  {
    name: "the form tells the person",
    broken: (seen) => {
      const { form } = seen;
      // By now the form may show the later outcome.
      const all = outcomes(seen);
      if (all.length > 0) return !all.some((each) => words[each].test(form)) && `the form says “${form}”`;
      if (seen.submission)
        return (
          !/(?:Nothing was (?:changed|sent)|Yours was not sent)\.[^]*Id `[^`]+`/u.test(form) &&
          `the form says “${form}”`
        );
      return (form === "(nothing)" || form.includes("One moment…")) && `the form says “${form}”`;
    },
  },
  {
    name: "one message tells the conversation the truth",
    broken: (seen) => {
      const last = outcomes(seen).at(-1);
      const { messages: texts } = seen;
      if (!last) return texts.length > 0 && "a message about nothing";
      const told = texts.length === 1 && words[last].test(texts[0] ?? "");
      return !told && `${texts.length} messages, the last: ${texts.at(-1)}`;
    },
  },
  {
    name: "Slack accepts every message",
    broken: ({ calls, submission }) => {
      const refused = calls.filter(({ ok, method, error }) => !ok && !isGoneForm(method, error));
      const told = [...refused.map(({ method, error }) => `${method}: ${error}`), submission?.problem ?? ""];
      return told.join(" ").trim();
    },
  },
  noSecretLeaves,
];
