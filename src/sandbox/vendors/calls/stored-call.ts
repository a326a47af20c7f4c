/** A call as stored in a fake. It has what no reader of the app may keep: who called, and what was said. */
export interface StoredCall {
  readonly id: string;
  readonly numberId: string;
  readonly e164: string;
  /** The agent that answered; null if nobody did. */
  readonly agentId: string | null;
  /** When it began, in unix milliseconds by the vendor's clock. */
  readonly at: number;
  readonly status: "active" | "completed" | "failed";
  readonly direction: "inbound" | "outbound";
  /** The E.164 of the other side. */
  readonly caller: string;
}

/** A call to add. Unless it says otherwise, the number's agent answers it now, and completes it. */
export interface CallSeed extends Partial<Omit<StoredCall, "id" | "e164">> {
  readonly numberId: string;
}

/** What was said in every fake call. */
export const transcript = "I would like to change my appointment.";

/** The calls of a list that is newest first. */
export const newestFirst = (calls: readonly StoredCall[]): readonly StoredCall[] =>
  calls.toSorted((a, b) => b.at - a.at);

export const isoTime = (at: number): string => new Date(at).toISOString();

/** When a call ended: a minute after it began. */
export const endOf = ({ at, status }: StoredCall): number | undefined =>
  status === "active" ? undefined : at + 60_000;

/** Whether a query has parameters that the vendor does not know. */
export function hasOthers(query: URLSearchParams, known: readonly string[]): boolean {
  return [...query.keys()].some((name) => !known.includes(name));
}
