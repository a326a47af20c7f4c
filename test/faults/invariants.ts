import { isRepeat, type Seen } from "./try-case.ts";

/** One thing that must hold whatever goes wrong; gives what is wrong with it, or nothing. */
interface Invariant {
  readonly name: string;
  broken(seen: Seen, secrets: readonly string[]): string | false | undefined;
}

const requested = ({ entries }: Seen) => entries.filter(({ kind }) => kind === "change.requested");
const outcomes = ({ entries }: Seen) =>
  entries.flatMap(({ kind, outcome }) => (kind === "change.outcome" && outcome ? [outcome] : []));
const refusals = ({ entries }: Seen) =>
  entries.filter((entry) => entry.kind === "change.refused" && !isRepeat(entry));

/** What the person has to read, by how it ended. */
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
export const invariants: readonly Invariant[] = [
  {
    name: "at most one write for a request, and none without one",
    broken: ({ patches, submission }) =>
      patches.length > (submission ? 1 : 0) && `${patches.length} updates were sent`,
  },
  {
    name: "a newer change is never overwritten",
    broken: ({ newerBefore, patches }) => newerBefore && patches.length > 0 && "an update was sent",
  },
  {
    name: "a write is on record before it is sent",
    broken: (seen) => {
      const [record] = requested(seen);
      const unrecorded = seen.patches.length > 0 && !record;
      return unrecorded && "an update was sent without a record";
    },
  },
  {
    name: "one record or one refusal for a request",
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
    name: "the first outcome is the vendor's truth, or unknown",
    broken: (seen) => {
      const [first] = outcomes(seen);
      const truth = seen.done.atFirst ? "applied" : "refused";
      return first && first !== "unknown" && first !== truth && `${first}, and the truth was ${truth}`;
    },
  },
  {
    name: "the last outcome is the vendor's truth, and final",
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
    name: "the person is told in the form",
    broken: (seen) => {
      const { form } = seen;
      // The form may tell the later truth by now.
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
    name: "the conversation is told the truth, in one message",
    broken: (seen) => {
      const last = outcomes(seen).at(-1);
      const { messages: texts } = seen;
      if (!last) return texts.length > 0 && "a message about nothing";
      const told = texts.length === 1 && words[last].test(texts[0] ?? "");
      return !told && `${texts.length} messages, the last: ${texts.at(-1)}`;
    },
  },
  {
    name: "Slack takes everything that is said",
    broken: ({ calls, submission }) => {
      const refused = calls.filter(({ ok, method, error }) => !ok && !isGoneForm(method, error));
      const told = [...refused.map(({ method, error }) => `${method}: ${error}`), submission?.problem ?? ""];
      return told.join(" ").trim();
    },
  },
  {
    name: "no secret leaves the app, also not into its log",
    broken: ({ everything }, secrets) =>
      secrets.some((secret) => everything.includes(secret)) && "a secret was found",
  },
];
